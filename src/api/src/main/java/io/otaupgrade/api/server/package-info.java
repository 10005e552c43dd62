/** The OTA Upgrade servers, one a mesh. Start at {@link OtaServer}. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.server;
