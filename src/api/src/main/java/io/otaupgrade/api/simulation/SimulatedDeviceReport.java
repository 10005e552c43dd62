package io.otaupgrade.api.simulation;

import io.otaupgrade.zcl.Eui64;

/**
 * A simulated device, seen from outside.
 *
 * @param runningVersion file version it runs
 * @param imageSha256 SHA-256 of the octets it downloaded last and activated, lower-case
 *     hexadecimal; empty before that
 * @param imageUpgradeStatus attribute 0x0006 of its OTA client
 * @param fileOffset octets of the running download that it holds
 * @param requestsSent OTA requests it sent
 * @param retries requests it repeated because no answer came
 */
public record SimulatedDeviceReport(
    Eui64 eui64,
    int networkAddress,
    long runningVersion,
    String imageSha256,
    int imageUpgradeStatus,
    long fileOffset,
    long requestsSent,
    long retries) {}
