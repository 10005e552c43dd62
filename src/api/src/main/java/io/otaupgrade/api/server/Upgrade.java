package io.otaupgrade.api.server;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.zcl.Eui64;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * A snapshot of one device's upgrade to one image.
 *
 * @param mesh the mesh that the device is on
 * @param endpoint of the device's OTA client, 1..254
 * @param image the image, with the manufacturer code and image type the device asked with
 * @param storedName name of the stored image
 * @param currentFileVersion the version the device reported as running when it asked; empty when
 *     the transfer was taken up without a query, as after a restart
 * @param furthestOctet octets from the image's start to the furthest one served
 * @param totalOctets size of the image
 * @param octetsPerSecond mean rate over the last seconds of the transfer; 0 when none is under way
 * @param started when the offer, or the first block, was made; the mesh's clock
 * @param changed when state or progress last changed; the mesh's clock
 */
public record Upgrade(
    String mesh,
    Eui64 device,
    int endpoint,
    ImageId image,
    String storedName,
    OptionalLong currentFileVersion,
    UpgradeState state,
    UpgradeReason reason,
    long furthestOctet,
    long totalOctets,
    long octetsPerSecond,
    UpgradeCounters counters,
    Instant started,
    Instant changed) {}
