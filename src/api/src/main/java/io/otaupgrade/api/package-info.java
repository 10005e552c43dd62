/**
 * Over-the-air upgrades, as drivers and the rest of the host see them. Start at {@link OtaService}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api;
