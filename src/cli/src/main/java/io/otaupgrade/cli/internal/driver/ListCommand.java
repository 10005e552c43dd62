package io.otaupgrade.cli.internal.driver;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ota driver list}: what is installed. */
@Command(
    name = "list",
    description = {
      "Lists installed packages and the devices bound to them.",
      "They are those that \"ota serve\" with the same data folder (OTA_DATA) has taken up."
    })
final class ListCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;

  @Option(names = "--json", description = "Print one JSON object a package.")
  private boolean json;

  ListCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    for (InstalledPackage one : services.await(DriverPackages.class).installed()) {
      if (json) {
        Json.line(terminal.out(), out -> writeMembers(out, one));
      } else {
        print(one);
      }
    }
    return 0;
  }

  private void print(InstalledPackage one) {
    terminal
        .out()
        .printf(
            "%s  %s, version %d, %d devices%n",
            one.description().typeId(),
            one.description().displayName(),
            one.description().version(),
            one.drivers().size());
    for (BoundDriver driver : one.drivers()) {
      terminal
          .out()
          .printf(
              "  %d  %s  %s%n",
              driver.deviceId(), driver.device(), driver.mesh().orElse("never seen"));
    }
  }

  private static void writeMembers(JsonGenerator json, InstalledPackage one) throws IOException {
    CheckReport.writeMembers(json, one.description());
    json.writeStringField("sha256", one.sha256());
    json.writeArrayFieldStart("drivers");
    for (BoundDriver driver : one.drivers()) {
      json.writeStartObject();
      json.writeNumberField("deviceId", driver.deviceId());
      json.writeStringField("device", driver.device().toString());
      Json.text(json, "mesh", driver.mesh());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
