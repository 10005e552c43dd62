package io.otaupgrade.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program behind {@code ./ota bench}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    int exitCode =
        new BenchCommand(measures(), writer(System.out), writer(System.err))
            .commandLine()
            .execute(arguments);
    System.exit(exitCode);
  }

  private static List<Measure> measures() {
    return List.of(
        new BlockMeasure(),
        new ThroughputMeasure(),
        new ChannelMeasure(),
        new LossMeasure(),
        new ControlMeasure(),
        new UnicastMeasure(),
        RadioMeasure.ZNP,
        RadioMeasure.EMBER,
        new RadioLossMeasure(),
        new LinkFaultMeasure(),
        new StartMeasure(),
        new VerifyMeasure(),
        new VirtualTimeMeasure());
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
