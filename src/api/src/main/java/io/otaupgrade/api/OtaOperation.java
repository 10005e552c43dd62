package io.otaupgrade.api;

import io.otaupgrade.zcl.Eui64;
import java.util.Optional;

/**
 * What a result says. Numbers that the operation does not know are 0, texts are empty.
 *
 * @param operation which call is answered
 * @param status how it went
 * @param euid the device behind the device id, when it is bound
 * @param mfgId manufacturer code
 * @param imageTypeId image type
 * @param url where the image was taken from, as the driver gave it
 * @param driverTypeId file name of the driver package
 * @param driverVersion the driver's version, 0..0xFFFFFFFF
 * @param imageVersion file version of the registered image, 0..0xFFFFFFFF
 * @param oldImageVersion the version that the new one takes the place of: what the device last
 *     reported as running, else the version registered before, else 0
 */
public record OtaOperation(
    OperationName operation,
    OtaStatus status,
    Optional<Eui64> euid,
    int mfgId,
    int imageTypeId,
    String url,
    String driverTypeId,
    long driverVersion,
    long imageVersion,
    long oldImageVersion) {}
