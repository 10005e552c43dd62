package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** One run, which gives one or more figures. */
interface Measure {

  /** Its name on the command line; may be that of a figure. */
  String label();

  /** What it gives, in the order of its results. */
  List<Figure> figures();

  /**
   * Measures.
   *
   * @throws MeasureFailed when no figure came out
   */
  void run(Consumer<Result> results) throws IOException, InterruptedException, MeasureFailed;
}
