package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ota driver install}: gives a package to {@code ota serve}. */
@Command(
    name = "install",
    description = {
      "Checks a package and gives it to \"ota serve\".",
      "That is the one with the same data folder (OTA_DATA): if it runs, within a second, else",
      "when it starts. A package of that name is updated.",
      "Exit code 0: given; 1: refused."
    })
final class InstallCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;
  private final Optional<Path> data;

  @Parameters(paramLabel = "PACKAGE", description = "The package (.c4z).")
  private Path file;

  InstallCommand(Terminal terminal, Services services, Optional<Path> data) {
    this.terminal = terminal;
    this.services = services;
    this.data = data;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Deployed deployed = Deployed.in(data);
    CheckReport report =
        new CheckReport(file.toString(), services.await(DriverPackages.class).check(file));
    if (!report.check().isAccepted()) {
      report.print(terminal.out());
      return 1;
    }
    report.printFindings(terminal.out());
    terminal.out().println("installed as " + deployed.put(file));
    return 0;
  }
}
