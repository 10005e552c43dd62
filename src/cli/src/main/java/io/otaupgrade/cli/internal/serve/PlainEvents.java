package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cli.internal.Text;
import io.otaupgrade.zcl.Eui64;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A line an event; of a transfer one for each quarter and each state. */
final class PlainEvents implements Events {

  private final PrintWriter out;
  private final Map<Eui64, String> shown = new HashMap<>();

  PlainEvents(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void radioUp(RadioStatus status) {
    out.printf("%s: up, %s%s%n", status.mesh(), status.message(), network(status));
  }

  private static String network(RadioStatus status) {
    if (status.network().isEmpty()) {
      return "";
    }
    NetworkParameters network = status.network().get();
    return String.format(
        " (channel %d, PAN %04x, coordinator %s)",
        network.channel(), network.panId(), network.coordinator());
  }

  @Override
  public void radioDown(RadioStatus status) {
    out.printf(
        "%s: %s, %s: %s%n",
        status.mesh(), Text.words(status.state()), status.radio(), status.message());
  }

  @Override
  public void joined(String mesh, Node device) {
    out.printf("%s joined %s as %04x%n", device.eui64(), mesh, device.networkAddress());
  }

  @Override
  public void query(DeviceQuery query) {
    out.printf(
        "%s/%d asks for %04x/%04x, runs %s: %s%n",
        query.device(),
        query.endpoint(),
        query.manufacturerCode(),
        query.imageType(),
        Text.version(query.currentFileVersion()),
        query.offeredFileVersion().isPresent()
            ? "offered " + Text.version(query.offeredFileVersion())
            : "nothing for it");
  }

  @Override
  public void started(Upgrade upgrade) {
    out.printf(
        "%s starts on %s, runs %s (%d bytes)%n",
        name(upgrade),
        Text.version(upgrade.image().fileVersion()),
        Text.version(upgrade.currentFileVersion()),
        upgrade.totalOctets());
  }

  @Override
  public void progress(Upgrade upgrade) {
    long percent = 100 * upgrade.furthestOctet() / Math.max(1, upgrade.totalOctets());
    String news = upgrade.state() + " " + percent / 25;
    if (news.equals(shown.put(upgrade.device(), news))) {
      return;
    }
    if (upgrade.state() == UpgradeState.DOWNLOADING) {
      out.printf(
          "%s %d %% (%d of %d bytes, %d bytes/s)%n",
          name(upgrade),
          percent,
          upgrade.furthestOctet(),
          upgrade.totalOctets(),
          upgrade.octetsPerSecond());
    } else {
      out.printf("%s has all of it, %s%n", name(upgrade), Text.words(upgrade.state()));
    }
  }

  @Override
  public void upgraded(Upgrade upgrade) {
    out.printf(
        "%s upgraded, runs %s (%s, %d blocks, %d repeats)%n",
        name(upgrade),
        Text.version(upgrade.image().fileVersion()),
        Text.time(Duration.between(upgrade.started(), upgrade.changed())),
        upgrade.counters().blocks(),
        upgrade.counters().repeats());
  }

  @Override
  public void failed(Upgrade upgrade) {
    out.printf(
        "%s failed: %s at %d of %d bytes%n",
        name(upgrade),
        Text.words(upgrade.state(), upgrade.reason()),
        upgrade.furthestOctet(),
        upgrade.totalOctets());
  }

  private static String name(Upgrade upgrade) {
    return upgrade.device() + "/" + upgrade.endpoint();
  }
}
