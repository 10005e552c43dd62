/** A mesh of simulated devices, seen from outside. Start at {@link SimulatedMesh}. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.otaupgrade.api.simulation;
