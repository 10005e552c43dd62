/**
 * The Zigbee OTA upgrade file: reading, judging and writing it. Start at {@link
 * io.otaupgrade.zcl.file.OtaFile#inspect}; files are made by {@link
 * io.otaupgrade.zcl.file.OtaFileWriter}. Source: ZCL rev 8 §11.4 to §11.7, and what the published
 * images of some forty vendors really look like (docs/protocol.md).
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.zcl.file;
