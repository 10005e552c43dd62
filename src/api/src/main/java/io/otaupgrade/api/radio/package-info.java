/**
 * A mesh as its consumers see it: APS frames, nodes and the mesh's event loop. Start at {@link
 * RadioTransport}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.radio;
