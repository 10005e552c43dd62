package io.otaupgrade.cli.internal.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the demo came to.
 *
 * @param imageBytes size of one image, octets
 * @param meshTime from the devices' start to the end of the last upgrade, by the mesh's clock
 */
record DemoResult(
    List<Row> rows,
    long imageBytes,
    ServerStatistics statistics,
    Duration meshTime,
    Duration wallTime) {

  /**
   * One device.
   *
   * @param upgraded whether it runs the new version
   * @param identical whether the image it holds is the registered one, octet by octet
   */
  record Row(
      Eui64 device,
      long oldVersion,
      long newVersion,
      boolean upgraded,
      boolean identical,
      Optional<Upgrade> upgrade) {

    String outcome() {
      if (upgraded && identical) {
        return "identical";
      }
      return upgrade
          .map(one -> one.state() + (one.reason() == UpgradeReason.NONE ? "" : " " + one.reason()))
          .orElse("never asked");
    }

    Duration time() {
      return upgrade
          .map(one -> Duration.between(one.started(), one.changed()))
          .orElse(Duration.ZERO);
    }
  }

  boolean isSuccess() {
    return rows.stream().allMatch(row -> row.upgraded() && row.identical());
  }

  private long upgraded() {
    return rows.stream().filter(Row::upgraded).count();
  }

  private long identical() {
    return rows.stream().filter(Row::identical).count();
  }

  private double bytesPerSecond() {
    return rows.size() * imageBytes / seconds(meshTime);
  }

  private static double seconds(Duration time) {
    return Math.max(time.toMillis(), 1) / 1000.0;
  }

  void writeMembers(JsonGenerator json) throws IOException {
    json.writeNumberField("devices", rows.size());
    json.writeNumberField("upgraded", upgraded());
    json.writeNumberField("identical", identical());
    json.writeNumberField("imageBytes", imageBytes);
    json.writeNumberField("blocks", statistics.blocks());
    json.writeNumberField("repeats", statistics.repeats());
    json.writeNumberField("unanswered", statistics.unanswered());
    json.writeNumberField("meshSeconds", seconds(meshTime));
    json.writeNumberField("wallSeconds", seconds(wallTime));
    json.writeNumberField("bytesPerSecond", Math.round(bytesPerSecond() * 10) / 10.0);
  }

  /** For people; a line of the table fits a terminal of 80 columns. */
  void print(PrintWriter out) {
    out.println();
    out.println("device           old        new          bytes blocks repeats    time image");
    for (Row row : rows) {
      out.printf(
          "%s %s %s %7d %6d %7d %7s %s%n",
          row.device(),
          Text.version(row.oldVersion()),
          Text.version(row.newVersion()),
          row.upgrade().map(Upgrade::furthestOctet).orElse(0L),
          row.upgrade().map(upgrade -> upgrade.counters().blocks()).orElse(0L),
          row.upgrade().map(upgrade -> upgrade.counters().repeats()).orElse(0L),
          Text.clock(row.time()),
          row.outcome());
    }
    out.printf(
        "%n%d of %d devices upgraded, %d images identical, in %s of mesh time (%.1f s here),"
            + " %.0f bytes/s over all devices%n",
        upgraded(),
        rows.size(),
        identical(),
        Text.time(meshTime),
        seconds(wallTime),
        bytesPerSecond());
  }
}
