package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ota driver log}: what happened in the drivers of a package. */
@Command(
    name = "log",
    description = {
      "Tells what happened last in the drivers of a package.",
      "They are those of \"ota serve\" with the same data folder (OTA_DATA)."
    })
final class LogCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;

  @Parameters(paramLabel = "NAME", description = "The package, lamp.c4z for example.")
  private String name;

  @Option(names = "--json", description = "Print one JSON object an event.")
  private boolean json;

  LogCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    DriverPackages packages = services.await(DriverPackages.class);
    List<DriverEvent> events = packages.log(name);
    if (events.isEmpty() && packages.installed(name).isEmpty()) {
      throw DriverCommand.notInstalled(name);
    }
    DriverEvents printer = new DriverEvents(terminal.out(), json, true);
    events.forEach(printer::print);
    return 0;
  }
}
