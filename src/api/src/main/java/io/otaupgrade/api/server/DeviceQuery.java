package io.otaupgrade.api.server;

import io.otaupgrade.zcl.Eui64;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device's Query Next Image Request (ZCL rev 8 §11.13.4) and what it was answered.
 *
 * @param mesh the mesh that the device is on
 * @param endpoint of the device's OTA client, 1..254
 * @param manufacturerCode as asked for, 0..0xFFFF
 * @param imageType as asked for, 0..0xFFFF
 * @param currentFileVersion what the device says it runs, 0..0xFFFFFFFF
 * @param hardwareVersion as it reported
 * @param offeredFileVersion of the image it was offered; empty when there was none for it now
 */
public record DeviceQuery(
    String mesh,
    Eui64 device,
    int endpoint,
    int manufacturerCode,
    int imageType,
    long currentFileVersion,
    OptionalInt hardwareVersion,
    OptionalLong offeredFileVersion) {}
