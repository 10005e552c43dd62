package io.otaupgrade.bench;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure as it was measured.
 *
 * @param value in the figure's unit
 * @param bound the best value that physics allows, computed and not measured; for figures of the
 *     channel
 * @param details further numbers, by their names in the output
 */
record Result(
    Figure figure,
    double value,
    OptionalDouble bound,
    Optional<Peer> peer,
    Map<String, Double> details) {

  Result {
    details = Map.copyOf(details);
  }

  static Result of(Figure figure, double value) {
    return new Result(figure, value, OptionalDouble.empty(), figure.quoted(), Map.of());
  }

  Result within(double theBound) {
    return new Result(figure, value, OptionalDouble.of(theBound), peer, details);
  }

  Result beside(Peer another) {
    return new Result(figure, value, bound, Optional.of(another), details);
  }

  Result with(Map<String, Double> more) {
    return new Result(figure, value, bound, peer, more);
  }

  boolean isMet() {
    return figure.reach().isMetBy(value);
  }
}
