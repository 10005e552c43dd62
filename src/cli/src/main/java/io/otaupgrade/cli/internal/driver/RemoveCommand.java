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

/** {@code ota driver remove}: takes a package away from {@code ota serve}. */
@Command(
    name = "remove",
    description = {
      "Takes a package away from \"ota serve\".",
      "That is the one with the same data folder (OTA_DATA). The package's drivers end and their",
      "registrations are withdrawn, within a second or at the next start.",
      "Exit code 0: taken away; 1: there is none of that name."
    })
final class RemoveCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;
  private final Optional<Path> data;

  @Parameters(paramLabel = "NAME", description = "The package, lamp.c4z for example.")
  private String name;

  RemoveCommand(Terminal terminal, Services services, Optional<Path> data) {
    this.terminal = terminal;
    this.services = services;
    this.data = data;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (Deployed.in(data).remove(name)) {
      terminal.out().println("removed " + name);
      return 0;
    }
    throw services.await(DriverPackages.class).installed(name).isPresent()
        ? new CommandFailed(
            name + " was not installed by a file; what installed it has to remove it")
        : DriverCommand.notInstalled(name);
  }
}
