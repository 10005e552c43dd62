/** Over-the-air upgrades, as the rest of the host sees them. Start at {@code OtaService}. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api;
