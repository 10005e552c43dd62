/**
 * Event loops whose time is not the wall clock's: virtual time, and time that runs by a factor.
 * Start at {@link io.otaupgrade.simulator.internal.time.SimulatedTimeLoop}.
 */
package io.otaupgrade.simulator.internal.time;
