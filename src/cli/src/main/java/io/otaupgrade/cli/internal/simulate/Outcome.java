package io.otaupgrade.cli.internal.simulate;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the simulated devices run, beside what they were to run. Safe from any thread. */
final class Outcome {

  private final SimulatedMesh mesh;
  private final FirmwareFile wanted;
  private final AtomicBoolean told = new AtomicBoolean();

  Outcome(SimulatedMesh mesh, FirmwareFile wanted) {
    this.mesh = mesh;
    this.wanted = wanted;
  }

  boolean isAllUpgraded() {
    return mesh.devices().stream().allMatch(this::isUpgraded);
  }

  boolean isAllIdentical() {
    return mesh.devices().stream().allMatch(device -> isUpgraded(device) && isIdentical(device));
  }

  private boolean isUpgraded(SimulatedDeviceReport device) {
    return device.runningVersion() == wanted.header().fileVersion();
  }

  private boolean isIdentical(SimulatedDeviceReport device) {
    return device.imageSha256().equals(wanted.sha256());
  }

  /** Prints it, unless that was done already. */
  void tellOnce(Terminal terminal, boolean json) {
    if (told.getAndSet(true)) {
      return;
    }
    if (!json) {
      print(terminal.out());
      return;
    }
    try {
      Json.line(terminal.out(), this::writeMembers);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a buffer in memory
    }
  }

  void writeMembers(JsonGenerator json) throws IOException {
    List<SimulatedDeviceReport> devices = mesh.devices();
    json.writeNumberField("devices", devices.size());
    json.writeNumberField("upgraded", devices.stream().filter(this::isUpgraded).count());
    json.writeNumberField("identical", devices.stream().filter(this::isIdentical).count());
    json.writeNumberField("newVersion", wanted.header().fileVersion());
    json.writeStringField("sha256", wanted.sha256());
    json.writeArrayFieldStart("runs");
    for (SimulatedDeviceReport device : devices) {
      json.writeStartObject();
      json.writeStringField("device", device.eui64().toString());
      json.writeNumberField("networkAddress", device.networkAddress());
      json.writeNumberField("version", device.runningVersion());
      Json.text(
          json, "sha256", Optional.of(device.imageSha256()).filter(digest -> !digest.isEmpty()));
      json.writeBooleanField("identical", isIdentical(device));
      json.writeNumberField("requests", device.requestsSent());
      json.writeNumberField("retries", device.retries());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void print(PrintWriter out) {
    List<SimulatedDeviceReport> devices = mesh.devices();
    out.println();
    out.println("device            address  version     requests  retries  image");
    for (SimulatedDeviceReport device : devices) {
      out.printf(
          "%s  %04x     %s  %8d  %7d  %s%n",
          device.eui64(),
          device.networkAddress(),
          Text.version(device.runningVersion()),
          device.requestsSent(),
          device.retries(),
          device.imageSha256().isEmpty() ? "-" : isIdentical(device) ? "identical" : "DIFFERS");
    }
    out.printf(
        "%n%d of %d devices run %s, %d images identical (SHA-256 %s)%n",
        devices.stream().filter(this::isUpgraded).count(),
        devices.size(),
        Text.version(wanted.header().fileVersion()),
        devices.stream().filter(this::isIdentical).count(),
        wanted.sha256());
  }
}
