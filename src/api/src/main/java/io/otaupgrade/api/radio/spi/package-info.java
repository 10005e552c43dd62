/** What a Zigbee co-processor's driver implements. Start at {@link RadioDriver}. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.radio.spi;
