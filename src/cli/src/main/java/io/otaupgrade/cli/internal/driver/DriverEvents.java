package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Text;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Prints events of drivers and their devices' upgrades, one a line. */
final class DriverEvents {

  private final PrintWriter out;
  private final boolean json;
  private final boolean withTime;
  private final Map<Eui64, String> shown = new HashMap<>();

  DriverEvents(PrintWriter out, boolean json, boolean withTime) {
    this.out = out;
    this.json = json;
    this.withTime = withTime;
  }

  void print(DriverEvent event) {
    if (json) {
      writeJson(event);
      return;
    }
    String time = withTime ? event.time() + " " : "";
    String who = event.deviceId() == 0 ? event.typeId() : Integer.toString(event.deviceId());
    out.println(printable(time + who + " " + text(event)));
  }

  /** A script's text is not to move the cursor. */
  private static String printable(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n') {
                plain.append("\n    ");
              } else if (Character.isISOControl(c) && c != '\t') {
                plain.append('?');
              } else {
                plain.appendCodePoint(c);
              }
            });
    return plain.toString();
  }

  private static String text(DriverEvent event) {
    return switch (event.kind()) {
      case INSTALLED -> "installed version " + event.subject();
      case REMOVED -> "removed";
      case REFUSED -> "refused\n" + event.text();
      case BOUND -> "bound to " + event.subject();
      case STARTED -> "started for " + event.subject();
      case STOPPED -> "ended: " + event.subject();
      case FAILED -> "failed, starts again in " + event.subject() + ": " + event.text();
      case PRINTED -> "| " + event.text();
      case LOGGED -> event.subject().toLowerCase(Locale.ROOT) + " | " + event.text();
      case CALLED ->
          "-> "
              + event.subject()
              + "("
              + event.text()
              + ")"
              + (event.result().isEmpty() ? "" : " = " + event.result());
      case NOTIFIED -> "<- " + event.subject() + "(" + event.text() + ")";
      case PROPERTY -> event.subject() + " = " + event.text();
    };
  }

  private void writeJson(DriverEvent event) {
    try {
      Json.line(
          out,
          line -> {
            line.writeStringField("event", Text.camelCase(event.kind()));
            line.writeStringField("time", event.time().toString());
            line.writeStringField("driver", event.typeId());
            line.writeNumberField("deviceId", event.deviceId());
            line.writeStringField("subject", event.subject());
            line.writeStringField("text", event.text());
            line.writeStringField("result", event.result());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a buffer in memory
    }
  }

  /** A change of state, or another quarter of the image. */
  void print(Upgrade upgrade) {
    long percent = 100 * upgrade.furthestOctet() / Math.max(1, upgrade.totalOctets());
    String news = upgrade.state() + " " + percent / 25;
    if (news.equals(shown.put(upgrade.device(), news))) {
      return;
    }
    if (!json) {
      out.printf(
          "%s %s %d %% (%d of %d bytes)%n",
          upgrade.device(),
          Text.words(upgrade.state(), upgrade.reason()),
          percent,
          upgrade.furthestOctet(),
          upgrade.totalOctets());
      return;
    }
    try {
      Json.line(
          out,
          line -> {
            line.writeStringField("event", "upgrade");
            line.writeStringField("device", upgrade.device().toString());
            line.writeStringField("state", Text.camelCase(upgrade.state()));
            if (upgrade.reason() != UpgradeReason.NONE) {
              line.writeStringField("reason", Text.camelCase(upgrade.reason()));
            }
            line.writeNumberField("bytes", upgrade.furthestOctet());
            line.writeNumberField("imageBytes", upgrade.totalOctets());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a buffer in memory
    }
  }
}
