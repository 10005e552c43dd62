package io.otaupgrade.bench;

/**
 * How good a figure must be.
 *
 * @param limit the worst value that is good enough, in the figure's unit
 */
record Reach(Better better, double limit) {

  /** Which way a figure gets better. */
  enum Better {
    LOWER("≤"),
    HIGHER("≥");

    private final String sign;

    Better(String sign) {
      this.sign = sign;
    }

    /** How the limit is written. */
    String sign() {
      return sign;
    }
  }

  static Reach atMost(double limit) {
    return new Reach(Better.LOWER, limit);
  }

  static Reach atLeast(double limit) {
    return new Reach(Better.HIGHER, limit);
  }

  boolean isMetBy(double value) {
    return better == Better.LOWER ? value <= limit : value >= limit;
  }
}
