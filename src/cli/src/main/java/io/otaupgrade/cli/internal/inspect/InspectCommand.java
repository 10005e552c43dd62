package io.otaupgrade.cli.internal.inspect;

import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ota inspect}: what the registry would say of files. */
@Command(
    name = "inspect",
    description = {
      "Tells what the image registry would say of files.",
      "Exit code 0: all would be accepted; 1: some would be refused."
    })
public final class InspectCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to look at.")
  private List<Path> files;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  public InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    boolean allAccepted = true;
    for (Path path : files) {
      FileReport report = FileReport.of(path);
      allAccepted &= report.isAccepted();
      if (json) {
        Json.line(terminal.out(), report::writeMembers);
      } else {
        report.print(terminal.out());
      }
    }
    return allAccepted ? 0 : 1;
  }
}
