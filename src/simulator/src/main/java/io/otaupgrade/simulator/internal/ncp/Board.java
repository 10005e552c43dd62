package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.EventLoop;
import java.util.SplittableRandom;

/**
 * What a firmware runs on.
 *
 * @param loop its time and its only thread
 * @param radio with the mesh of devices around it
 * @param faults asked by the firmware for each frame it recognises in what the host sends; those of
 *     the other direction are the wire's matter
 * @param random the firmware's chance
 */
public record Board(
    EventLoop loop,
    Radio radio,
    NcpSettings settings,
    LineFaults faults,
    SplittableRandom random) {}
