package io.otaupgrade.api.radio;

import java.util.Optional;

/**
 * A mesh's radio as an operator sees it.
 *
 * @param mesh name of the mesh
 * @param radio what it is and where, for people: {@code znp at tcp://10.0.0.7:6638}
 * @param message one line on the present state: what was found, or what is wrong and what to do
 * @param network where it is while UP, else empty
 */
public record RadioStatus(
    String mesh,
    String radio,
    RadioState state,
    String message,
    Optional<NetworkParameters> network,
    RadioCounters counters) {}
