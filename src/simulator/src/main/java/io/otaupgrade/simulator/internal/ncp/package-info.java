/**
 * Co-processors of software: a firmware between the simulated mesh and a host on a line.
 *
 * <p>A {@link io.otaupgrade.simulator.internal.ncp.Firmware} runs on a {@link
 * io.otaupgrade.simulator.internal.ncp.Board} and speaks to its host through a {@link
 * io.otaupgrade.simulator.internal.ncp.Wire}. All of it belongs to the mesh's loop.
 */
package io.otaupgrade.simulator.internal.ncp;
