package io.otaupgrade.cli.internal.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** An object a line; docs/radios.md lists the members. */
final class JsonEvents implements Events {

  private final PrintWriter out;

  JsonEvents(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void radioUp(RadioStatus status) {
    line(
        "radioUp",
        status.mesh(),
        json -> {
          radio(json, status);
          if (status.network().isPresent()) {
            NetworkParameters network = status.network().get();
            json.writeStringField("coordinator", network.coordinator().toString());
            json.writeNumberField("channel", network.channel());
            json.writeNumberField("panId", network.panId());
            json.writeStringField("extendedPanId", String.format("%016x", network.extendedPanId()));
          }
        });
  }

  @Override
  public void radioDown(RadioStatus status) {
    line("radioDown", status.mesh(), json -> radio(json, status));
  }

  private static void radio(JsonGenerator json, RadioStatus status) throws IOException {
    json.writeStringField("radio", status.radio());
    json.writeStringField("state", Text.camelCase(status.state()));
    json.writeStringField("message", status.message());
  }

  @Override
  public void joined(String mesh, Node device) {
    line(
        "joined",
        mesh,
        json -> {
          json.writeStringField("device", device.eui64().toString());
          json.writeNumberField("networkAddress", device.networkAddress());
        });
  }

  @Override
  public void query(DeviceQuery query) {
    line(
        "query",
        query.mesh(),
        json -> {
          json.writeStringField("device", query.device().toString());
          json.writeNumberField("endpoint", query.endpoint());
          json.writeNumberField("manufacturerCode", query.manufacturerCode());
          json.writeNumberField("imageType", query.imageType());
          json.writeNumberField("currentVersion", query.currentFileVersion());
          Json.number(json, "hardwareVersion", query.hardwareVersion());
          Json.number(json, "offeredVersion", query.offeredFileVersion());
        });
  }

  @Override
  public void started(Upgrade upgrade) {
    upgrade("started", upgrade, json -> {});
  }

  @Override
  public void progress(Upgrade upgrade) {
    upgrade(
        "progress",
        upgrade,
        json -> {
          transfer(json, upgrade);
          json.writeNumberField("bytesPerSecond", upgrade.octetsPerSecond());
        });
  }

  @Override
  public void upgraded(Upgrade upgrade) {
    upgrade("upgraded", upgrade, json -> end(json, upgrade));
  }

  @Override
  public void failed(Upgrade upgrade) {
    upgrade(
        "failed",
        upgrade,
        json -> {
          end(json, upgrade);
          Json.text(
              json,
              "reason",
              Optional.of(upgrade.reason())
                  .filter(reason -> reason != UpgradeReason.NONE)
                  .map(Text::camelCase));
        });
  }

  private void upgrade(String event, Upgrade upgrade, Json.Members more) {
    line(
        event,
        upgrade.mesh(),
        json -> {
          json.writeStringField("device", upgrade.device().toString());
          json.writeNumberField("endpoint", upgrade.endpoint());
          json.writeNumberField("manufacturerCode", upgrade.image().manufacturerCode());
          json.writeNumberField("imageType", upgrade.image().imageType());
          Json.number(json, "oldVersion", upgrade.currentFileVersion());
          json.writeNumberField("newVersion", upgrade.image().fileVersion());
          json.writeNumberField("imageBytes", upgrade.totalOctets());
          more.write(json);
        });
  }

  private static void end(JsonGenerator json, Upgrade upgrade) throws IOException {
    transfer(json, upgrade);
    Duration took = Duration.between(upgrade.started(), upgrade.changed());
    json.writeNumberField("seconds", took.toMillis() / 1000.0);
  }

  private static void transfer(JsonGenerator json, Upgrade upgrade) throws IOException {
    json.writeStringField("state", Text.camelCase(upgrade.state()));
    json.writeNumberField("bytes", upgrade.furthestOctet());
    json.writeNumberField("blocks", upgrade.counters().blocks());
    json.writeNumberField("repeats", upgrade.counters().repeats());
  }

  private void line(String event, String mesh, Json.Members members) {
    try {
      Json.line(
          out,
          json -> {
            json.writeStringField("event", event);
            json.writeStringField("mesh", mesh);
            members.write(json);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a buffer in memory
    }
  }
}
