/**
 * Simulated Zigbee devices with an OTA Upgrade client, written from the device's side of the
 * specification alone. Start at {@link io.otaupgrade.simulator.internal.device.SimulatedDevice}.
 */
package io.otaupgrade.simulator.internal.device;
