package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ota driver check}: all that is wrong with packages. */
@Command(
    name = "check",
    description = {
      "Tells what is wrong with packages, all of it at once.",
      "Exit code 0: all can be installed; 1: some are refused."
    })
final class CheckCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;

  @Parameters(arity = "1..*", paramLabel = "PACKAGE", description = "Packages (.c4z) to look at.")
  private List<Path> files;

  @Option(names = "--json", description = "Print one JSON object a package.")
  private boolean json;

  CheckCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    DriverPackages packages = services.await(DriverPackages.class);
    boolean allAccepted = true;
    for (Path file : files) {
      CheckReport report = new CheckReport(file.toString(), packages.check(file));
      allAccepted &= report.check().isAccepted();
      if (json) {
        Json.line(terminal.out(), report::writeMembers);
      } else {
        report.print(terminal.out());
      }
    }
    return allAccepted ? 0 : 1;
  }
}
