package io.otaupgrade.cli.internal.demo;

import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.zcl.Eui64;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A line for each quarter of each device's image and for each change of state. */
final class PlainProgress implements Progress {

  private static final Duration PACE = Duration.ofMillis(100);

  private final PrintWriter out;
  private final Map<Eui64, String> shown = new HashMap<>();

  PlainProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void follow(DemoRun run) throws InterruptedException {
    boolean ended;
    do {
      ended = run.awaitEnd(PACE);
      for (DemoRun.Followed one : run.devices()) {
        one.upgrade().ifPresent(this::show);
      }
    } while (!ended);
  }

  private void show(Upgrade upgrade) {
    long quarter = 25 * (4 * upgrade.furthestOctet() / Math.max(1, upgrade.totalOctets()));
    String news = upgrade.state() + " " + quarter;
    if (news.equals(shown.put(upgrade.device(), news))) {
      return;
    }
    out.printf(
        "%s %s %d %% (%d of %d bytes, %d bytes/s)%n",
        upgrade.device(),
        upgrade.state(),
        100 * upgrade.furthestOctet() / Math.max(1, upgrade.totalOctets()),
        upgrade.furthestOctet(),
        upgrade.totalOctets(),
        upgrade.octetsPerSecond());
  }
}
