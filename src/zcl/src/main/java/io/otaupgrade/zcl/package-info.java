/**
 * Value types of Zigbee and the ZCL frame: what every other package here is made of. Start at
 * {@link io.otaupgrade.zcl.Eui64} and {@link io.otaupgrade.zcl.ZclHeader}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.zcl;
