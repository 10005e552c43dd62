package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.api.image.FetchOutcome.Verdict;

/** Ends a fetch: what became of it and why. It has no stack trace, for it is no fault of ours. */
final class FetchFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final Verdict verdict;

  FetchFailure(Verdict verdict, String detail) {
    super(detail, null, false, false);
    this.verdict = verdict;
  }

  static FetchFailure badUrl(String detail) {
    return new FetchFailure(Verdict.BAD_URL, detail);
  }

  Verdict verdict() {
    return verdict;
  }

  /** The message. */
  String detail() {
    return getMessage();
  }
}
