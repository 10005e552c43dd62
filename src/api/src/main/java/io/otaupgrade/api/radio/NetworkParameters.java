package io.otaupgrade.api.radio;

import io.otaupgrade.zcl.Eui64;

/**
 * The network that a co-processor is on.
 *
 * @param coordinator EUI-64 of the co-processor
 * @param networkAddress its network address, 0 for a coordinator
 * @param channel 11..26
 * @param panId 0..0xFFFE
 * @param extendedPanId as a number, most significant octet first
 */
public record NetworkParameters(
    Eui64 coordinator, int networkAddress, int channel, int panId, long extendedPanId) {}
