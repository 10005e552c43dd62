/**
 * The Zigbee Device Objects' frames (Zigbee specification 05-3474 rev 22 §2.4) that finding, naming
 * and losing devices takes. An ASDU on endpoint 0, profile 0x0000, is a transaction sequence number
 * and the fields of a command; the APS cluster identifier says which.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.zcl.zdo;
