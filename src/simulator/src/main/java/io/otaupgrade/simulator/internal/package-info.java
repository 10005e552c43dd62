/** A mesh of simulated devices on a modelled 802.15.4 channel. */
package io.otaupgrade.simulator.internal;
