package io.otaupgrade.cli.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What upgrades came to: the closing object and the closing table of {@code demo} and {@code
 * serve}.
 *
 * @param rows one for each device and image it asked for
 * @param imageBytes size of one image, octets; of several the first
 * @param meshTime how long the upgrades took by the mesh's clock
 * @param wallTime how long the command took by the clock on the wall
 */
public record UpgradeResult(
    List<Row> rows,
    long imageBytes,
    ServerStatistics statistics,
    Duration meshTime,
    Duration wallTime) {

  public UpgradeResult {
    rows = List.copyOf(rows);
  }

  /**
   * One device and one image.
   *
   * @param oldVersion that it ran at first; empty if it never said
   * @param newVersion that it runs now; empty if it never said
   * @param upgraded whether that is the image's version
   * @param identical whether the image it holds is the registered one, octet by octet; empty where
   *     nobody can look into the device
   */
  public record Row(
      Eui64 device,
      OptionalLong oldVersion,
      OptionalLong newVersion,
      boolean upgraded,
      Optional<Boolean> identical,
      Optional<Upgrade> upgrade) {

    private boolean isGood() {
      return upgraded && identical.orElse(true);
    }

    private String outcome() {
      if (isGood()) {
        return identical.isPresent() ? "identical" : "runs it";
      }
      return upgrade
          .map(one -> one.state() + (one.reason() == UpgradeReason.NONE ? "" : " " + one.reason()))
          .orElse("never asked");
    }

    private Duration time() {
      return upgrade
          .map(one -> Duration.between(one.started(), one.changed()))
          .orElse(Duration.ZERO);
    }
  }

  /**
   * The rows of simulated devices that were all to have one image.
   *
   * @param before the devices at first, in the order of the rows
   * @param after the same devices now, in the same order
   */
  public static List<Row> rows(
      List<SimulatedDeviceReport> before,
      List<SimulatedDeviceReport> after,
      FirmwareFile wanted,
      Map<Eui64, Upgrade> latest) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      SimulatedDeviceReport device = after.get(i);
      rows.add(
          new Row(
              device.eui64(),
              OptionalLong.of(before.get(i).runningVersion()),
              OptionalLong.of(device.runningVersion()),
              device.runningVersion() == wanted.header().fileVersion(),
              Optional.of(device.imageSha256().equals(wanted.sha256())),
              Optional.ofNullable(latest.get(device.eui64()))));
    }
    return rows;
  }

  /** Whether there are devices, and all of them have what they should. */
  public boolean isSuccess() {
    return !rows.isEmpty() && rows.stream().allMatch(Row::isGood);
  }

  /** Whether a device that runs the new version holds other octets than the image's. */
  public boolean hasForeignImage() {
    return rows.stream().anyMatch(row -> row.upgraded() && !row.identical().orElse(true));
  }

  /** Whether there is nothing to tell. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  private long devices(Predicate<Row> all) {
    return rows.stream().map(Row::device).distinct().count()
        - rows.stream().filter(all.negate()).map(Row::device).distinct().count();
  }

  private long upgraded() {
    return devices(Row::upgraded);
  }

  /** Empty when there is a device that nobody can look into. */
  private OptionalLong identical() {
    return rows.stream().allMatch(row -> row.identical().isPresent())
        ? OptionalLong.of(devices(row -> row.identical().orElseThrow()))
        : OptionalLong.empty();
  }

  private double bytesPerSecond() {
    long bytes =
        rows.stream()
            .flatMap(row -> row.upgrade().stream())
            .mapToLong(Upgrade::furthestOctet)
            .sum();
    return bytes / seconds(meshTime);
  }

  private static double seconds(Duration time) {
    return Math.max(time.toMillis(), 1) / 1000.0;
  }

  /** Writes the members of the closing object. */
  public void writeMembers(JsonGenerator json) throws IOException {
    json.writeNumberField("devices", devices(row -> true));
    json.writeNumberField("upgraded", upgraded());
    Json.number(json, "identical", identical());
    json.writeNumberField("imageBytes", imageBytes);
    json.writeNumberField("blocks", statistics.blocks());
    json.writeNumberField("repeats", statistics.repeats());
    json.writeNumberField("unanswered", statistics.unanswered());
    json.writeNumberField("meshSeconds", seconds(meshTime));
    json.writeNumberField("wallSeconds", seconds(wallTime));
    json.writeNumberField("bytesPerSecond", Math.round(bytesPerSecond() * 10) / 10.0);
  }

  /** Prints the closing table; a line of it fits a terminal of 80 columns. */
  public void print(PrintWriter out) {
    out.println();
    out.println("device           old        new          bytes blocks repeats    time image");
    for (Row row : rows) {
      out.printf(
          "%s %-10s %-10s %7d %6d %7d %7s %s%n",
          row.device(),
          Text.version(row.oldVersion()),
          Text.version(row.newVersion()),
          row.upgrade().map(Upgrade::furthestOctet).orElse(0L),
          row.upgrade().map(upgrade -> upgrade.counters().blocks()).orElse(0L),
          row.upgrade().map(upgrade -> upgrade.counters().repeats()).orElse(0L),
          Text.clock(row.time()),
          row.outcome());
    }
    out.printf("%n%d of %d devices upgraded", upgraded(), devices(row -> true));
    if (identical().isPresent()) {
      out.printf(", %d images identical", identical().getAsLong());
    }
    out.printf(
        ", in %s of mesh time (%.1f s here), %.0f bytes/s over all devices%n",
        Text.time(meshTime), seconds(wallTime), bytesPerSecond());
  }
}
