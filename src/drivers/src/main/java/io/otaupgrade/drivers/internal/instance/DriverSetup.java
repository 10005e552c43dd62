package io.otaupgrade.drivers.internal.instance;

import io.otaupgrade.zcl.Eui64;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that an instance needs to run.
 *
 * @param deviceId the id that its device is bound to
 * @param device the device
 * @param mesh the name of the mesh that the device is on
 * @param zigbeeBinding the id of the package's ZIGBEE connection, 6001 if it declares none
 * @param folder the unpacked package; scripts may load others from it, nothing outside of it
 * @param script the path of the main script below the folder
 * @param driverXml the text of {@code driver.xml}, for the calls that look into it
 * @param properties the declared properties with their default values, in their order
 * @param blobs what {@code GetBlobByName} knows
 * @param persistence where the instance keeps what it persists; the file may not exist yet
 * @param allowedHosts hosts that its HTTP calls may reach, besides its own package
 */
public record DriverSetup(
    DriverIdentity identity,
    int deviceId,
    Eui64 device,
    String mesh,
    int zigbeeBinding,
    Path folder,
    String script,
    String driverXml,
    List<Property> properties,
    Map<String, byte[]> blobs,
    Path persistence,
    Set<String> allowedHosts) {

  /** A property of a driver, as {@code driver.xml} declares it. */
  public record Property(String name, String type, String defaultValue, boolean readOnly) {}
}
