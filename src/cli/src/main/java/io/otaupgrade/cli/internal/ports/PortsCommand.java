package io.otaupgrade.cli.internal.ports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.radio.PortProbe;
import io.otaupgrade.api.radio.SerialPort;
import io.otaupgrade.api.radio.SerialPorts;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.Usage;
import io.otaupgrade.cli.internal.radio.RadioOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ota ports}: where co-processors may be. */
@Command(
    name = "ports",
    description = "Lists serial ports with what is plugged in; no radio is needed.")
public final class PortsCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Option(
      names = "--probe",
      description = {
        "Ask what is behind each port which protocol it speaks.",
        "That may reset it: leave out the ports of what must not be disturbed."
      })
  private boolean probe;

  @Option(
      names = "--baud",
      paramLabel = "N",
      description = "Baud rate to probe with, when it is not the usual 115200.")
  private Optional<Integer> baud = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object a port.")
  private boolean json;

  @Parameters(
      paramLabel = "PORT",
      description = "Only these: names of serial ports, or tcp://HOST:PORT.")
  private List<String> only = new ArrayList<>();

  /** A command that has not been run. */
  public PortsCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Usage usage = new Usage(spec);
    usage.needs("--baud", baud.isPresent(), "--probe", probe);
    baud.ifPresent(rate -> RadioOptions.checkBaudRate(usage, rate));
    only.forEach(port -> RadioOptions.checkPort(usage, "PORT", port));
    SerialPorts ports = services.await(SerialPorts.class);
    List<Finding> findings = new ArrayList<>();
    for (SerialPort port : wanted(ports.ports())) {
      findings.add(new Finding(port, probed(ports, port)));
    }
    if (findings.isEmpty()) {
      (json ? terminal.err() : terminal.out())
          .println("ota: no serial ports here; a network coordinator is tcp://HOST:PORT");
    }
    for (Finding each : findings) { // as soon as each has answered
      if (json) {
        Json.line(terminal.out(), each::writeMembers);
      } else {
        each.print(terminal.out());
      }
    }
    return 0;
  }

  private List<SerialPort> wanted(List<SerialPort> listed) {
    if (only.isEmpty()) {
      return listed;
    }
    List<SerialPort> wanted = new ArrayList<>();
    for (String name : only) {
      wanted.add(
          listed.stream()
              .filter(
                  port -> port.name().equals(name) || port.stableName().equals(Optional.of(name)))
              .findFirst()
              .orElse(unlisted(name)));
    }
    return wanted;
  }

  private static SerialPort unlisted(String name) {
    String what = name.contains("://") ? "network coordinator" : "not listed";
    return new SerialPort(
        name, Optional.empty(), what, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
  }

  /** All at once: silence behind one keeps nobody else waiting. */
  private CompletableFuture<Optional<PortProbe>> probed(SerialPorts ports, SerialPort port) {
    return probe
        ? ports
            .probe(port.name(), baud.orElse(RadioOptions.USUAL_BAUD_RATE))
            .thenApply(Optional::of)
            .toCompletableFuture()
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /** A port and what answers there. */
  private record Finding(SerialPort port, CompletableFuture<Optional<PortProbe>> probe) {

    void writeMembers(JsonGenerator json) throws IOException {
      json.writeStringField("port", port.name());
      Json.text(json, "stableName", port.stableName());
      json.writeStringField("description", port.description());
      Json.number(json, "vendorId", port.vendorId());
      Json.number(json, "productId", port.productId());
      Json.text(json, "serialNumber", port.serialNumber());
      Optional<PortProbe> answer = probe.join();
      if (answer.isPresent()) {
        Json.text(json, "protocol", answer.get().protocol());
        json.writeStringField("message", answer.get().message());
      }
    }

    void print(PrintWriter out) {
      out.print(port.name());
      out.print("  " + port.description());
      if (port.vendorId().isPresent() && port.productId().isPresent()) {
        out.printf(" (USB %04x:%04x", port.vendorId().getAsInt(), port.productId().getAsInt());
        out.print(port.serialNumber().map(number -> ", serial number " + number).orElse(""));
        out.print(")");
      }
      out.println();
      port.stableName().ifPresent(name -> out.println("  stable name  " + name));
      probe
          .join()
          .ifPresent(
              answer ->
                  out.printf(
                      "  %-11s  %s%n", answer.protocol().orElse("no answer"), answer.message()));
    }
  }
}
