/**
 * The OTA Upgrade cluster, 0x0019 (ZCL rev 8 §11): its commands as records, and a codec for each
 * direction. A server reads with {@link io.otaupgrade.zcl.ota.OtaRequestDecoder} and writes with
 * {@link io.otaupgrade.zcl.ota.OtaResponseEncoder}; a client uses the mirror pair.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.zcl.ota;
