package io.otaupgrade.bench;

import java.util.List;
import java.util.function.Consumer;

/** How long an image is verified before it is served. */
final class VerifyMeasure implements Measure {

  @Override
  public String label() {
    return "verify";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.VERIFY);
  }

  @Override
  public void run(Consumer<Result> results) throws MeasureFailed {
    Microbenchmark verify = Microbenchmark.run(VerifyBenchmark.class);
    results.accept(Result.of(Figure.VERIFY, verify.score()).with(verify.spread(1)));
  }
}
