package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.drivers.internal.instance.DriverSetup.Property;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code driver.xml} says, as far as this host is concerned.
 *
 * @param script the file of the script that it names
 * @param scriptLine where it does
 * @param isEncrypted whether it says that the script is encrypted
 * @param zigbeeBinding id of the ZIGBEE connection, 6001 if there is none
 * @param text all of it
 */
public record DriverXml(
    String displayName,
    String manufacturer,
    String model,
    long version,
    Optional<String> minimumOsVersion,
    Optional<String> script,
    int scriptLine,
    boolean isEncrypted,
    List<DeviceMatch> matches,
    int zigbeeBinding,
    List<Property> properties,
    Map<String, byte[]> blobs,
    String text) {

  /** The file, at the root of the package. */
  public static final String NAME = "driver.xml";
}
