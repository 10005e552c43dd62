package io.otaupgrade.bench;

import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * What JMH says of one benchmark method: warm, one thread, in processes of its own.
 *
 * @param score median of the iterations, in the benchmark's unit: one that another process
 *     disturbed does not count
 * @param fastest of the iterations
 * @param slowest of the iterations
 * @param allocated octets a call
 */
record Microbenchmark(double score, double fastest, double slowest, double allocated) {

  private static final int PROCESSES = 3;
  private static final int WARM_UPS = 5;
  private static final int ITERATIONS = 5;

  /** For the output: how far the iterations are apart. */
  Map<String, Double> spread(double unit) {
    return Map.of("fastest", fastest / unit, "slowest", slowest / unit);
  }

  /** Runs the benchmark method of a class that has just one. */
  static Microbenchmark run(Class<?> benchmark) throws MeasureFailed {
    try {
      RunResult result =
          new Runner(
                  new OptionsBuilder()
                      .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                      .forks(PROCESSES)
                      .warmupIterations(WARM_UPS)
                      .warmupTime(TimeValue.seconds(1))
                      .measurementIterations(ITERATIONS)
                      .measurementTime(TimeValue.seconds(1))
                      .threads(1)
                      .addProfiler(GCProfiler.class)
                      .shouldFailOnError(true)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .runSingle();
      Statistics iterations = result.getPrimaryResult().getStatistics();
      return new Microbenchmark(
          iterations.getPercentile(50),
          iterations.getMin(),
          iterations.getMax(),
          result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    } catch (RunnerException e) {
      throw new MeasureFailed(benchmark.getSimpleName() + " failed: " + e.getMessage(), e);
    }
  }
}
