package io.otaupgrade.cli.internal.demo;

import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.Text;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A bar for each device, drawn anew in place; as many as the terminal has room for. */
final class TerminalProgress implements Progress {

  private static final Duration PACE = Duration.ofMillis(100);
  private static final String ERASE_LINE = "\u001b[2K\r";
  private static final int TEXT_COLUMNS = 58;

  private final Terminal terminal;
  private final long imageBytes;
  private int linesDrawn;

  TerminalProgress(Terminal terminal, long imageBytes) {
    this.terminal = terminal;
    this.imageBytes = imageBytes;
  }

  @Override
  public void follow(DemoRun run) throws InterruptedException {
    boolean ended;
    do {
      ended = run.awaitEnd(PACE);
      draw(run.devices());
    } while (!ended);
  }

  private void draw(List<DemoRun.Followed> devices) {
    StringBuilder screen = new StringBuilder();
    if (linesDrawn > 0) {
      screen.append("\u001b[").append(linesDrawn).append('A'); // cursor up
    }
    int room = terminal.rows() - 2;
    int shown = devices.size() <= room ? devices.size() : room - 1;
    for (DemoRun.Followed one : devices.subList(0, shown)) {
      screen.append(ERASE_LINE).append(line(one)).append(System.lineSeparator());
    }
    if (shown < devices.size()) {
      screen.append(ERASE_LINE).append(summary(devices)).append(System.lineSeparator());
    }
    linesDrawn = Math.min(devices.size(), shown + 1);
    terminal.out().print(screen);
    terminal.out().flush();
  }

  private String line(DemoRun.Followed one) {
    if (one.upgrade().isEmpty()) {
      return one.device() + "  waits";
    }
    Upgrade upgrade = one.upgrade().get();
    double part = (double) upgrade.furthestOctet() / Math.max(1, upgrade.totalOctets());
    int width = Math.max(10, terminal.columns() - TEXT_COLUMNS);
    int filled = (int) (part * width);
    return String.format(
        Locale.ROOT,
        "%s  [%s%s] %3.0f %%  %s",
        one.device(),
        "#".repeat(filled),
        ".".repeat(width - filled),
        Math.floor(part * 100),
        upgrade.state() == UpgradeState.DOWNLOADING ? pace(upgrade) : Text.words(upgrade.state()));
  }

  private static String pace(Upgrade upgrade) {
    long rate = upgrade.octetsPerSecond();
    if (rate == 0) {
      return "starts";
    }
    long left = (upgrade.totalOctets() - upgrade.furthestOctet()) / rate;
    return String.format(
        Locale.ROOT, "%6d bytes/s  %9s left", rate, Text.time(Duration.ofSeconds(left)));
  }

  private String summary(List<DemoRun.Followed> devices) {
    long ended =
        devices.stream()
            .filter(one -> one.upgrade().map(it -> it.state().isFinal()).orElse(false))
            .count();
    long octets =
        devices.stream()
            .mapToLong(one -> one.upgrade().map(Upgrade::furthestOctet).orElse(0L))
            .sum();
    return String.format(
        Locale.ROOT,
        "all %d devices: %d ended, %d %% of all bytes",
        devices.size(),
        ended,
        100 * octets / Math.max(1, devices.size() * imageBytes));
  }
}
