package io.otaupgrade.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ota bench}: measures, and says what was to be reached. */
@Command(
    name = "ota bench",
    mixinStandardHelpOptions = true,
    version = "ota 0.1.0",
    description = {
      "Measures the server and shows what is to be reached.",
      "Exit code 0: everything was measured, whether the reach was met or not."
    })
final class BenchCommand implements Callable<Integer> {

  private final List<Measure> measures;
  private final PrintWriter out;
  private final PrintWriter err;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "What to measure; without it everything.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", description = "One JSON object a line, one for each figure.")
  private boolean json;

  BenchCommand(List<Measure> measures, PrintWriter out, PrintWriter err) {
    this.measures = measures;
    this.out = out;
    this.err = err;
  }

  CommandLine commandLine() {
    CommandLine line =
        new CommandLine(this)
            .setOut(out)
            .setErr(err)
            .setParameterExceptionHandler((wrong, arguments) -> usageFault(wrong));
    line.getCommandSpec().usageMessage().footer("", "Names: " + String.join(", ", knownNames()));
    return line;
  }

  private int usageFault(ParameterException wrong) {
    String message = wrong.getMessage().lines().findFirst().orElse("wrong usage");
    err.println("ota bench: " + message);
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws InterruptedException {
    Map<Measure, Set<Figure>> wanted = wanted();
    Report report = json ? new JsonReport(out) : new TableReport(out);
    int exitCode = 0;
    for (Map.Entry<Measure, Set<Figure>> each : wanted.entrySet()) {
      Measure measure = each.getKey();
      err.println("ota bench: " + measure.label() + " ...");
      try {
        measure.run(
            result -> {
              if (each.getValue().contains(result.figure())) {
                report.add(result);
              }
            });
      } catch (IOException | MeasureFailed e) {
        err.println("ota bench: " + measure.label() + ": " + e.getMessage());
        exitCode = 1;
      }
    }
    report.end();
    return exitCode;
  }

  /** The measures to run, in the order of the list, and which of their figures to show. */
  private Map<Measure, Set<Figure>> wanted() {
    Set<String> known = knownNames();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(), "unknown name " + name + "; known are " + String.join(", ", known));
      }
    }
    Map<Measure, Set<Figure>> wanted = new LinkedHashMap<>();
    for (Measure measure : measures) {
      Set<Figure> figures =
          measure.figures().stream()
              .filter(
                  figure ->
                      names.isEmpty()
                          || names.contains(measure.label())
                          || names.contains(figure.label()))
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (!figures.isEmpty()) {
        wanted.put(measure, figures);
      }
    }
    return wanted;
  }

  private Set<String> knownNames() {
    Set<String> known = new LinkedHashSet<>();
    for (Measure measure : measures) {
      known.add(measure.label());
      measure.figures().forEach(figure -> known.add(figure.label()));
    }
    return known;
  }
}
