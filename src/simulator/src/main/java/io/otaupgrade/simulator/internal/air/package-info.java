/**
 * The air of a simulated mesh: one 802.15.4 channel that all share, frames that go over it hop by
 * hop, APS acknowledgements, parents that keep frames for sleepy children, and what may go wrong.
 * Start at {@link io.otaupgrade.simulator.internal.air.Air}.
 */
package io.otaupgrade.simulator.internal.air;
