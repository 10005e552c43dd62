package io.otaupgrade.api.server;

/**
 * What one upgrade's transfer took so far.
 *
 * @param blocks distinct file offsets served
 * @param repeats block responses beyond those
 */
public record UpgradeCounters(long blocks, long repeats) {}
