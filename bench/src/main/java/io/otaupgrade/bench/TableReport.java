package io.otaupgrade.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a person, printed when all results are there. */
final class TableReport implements Report {

  private final PrintWriter out;
  private final List<String[]> rows = new ArrayList<>();

  TableReport(PrintWriter out) {
    this.out = out;
    rows.add(new String[] {"name", "value", "reach", "met", "peer", "condition"});
  }

  @Override
  public void add(Result result) {
    Figure figure = result.figure();
    Reach reach = figure.reach();
    rows.add(
        new String[] {
          figure.label(),
          text(result.value()) + " " + figure.unit(),
          reach.better().sign()
              + " "
              + text(reach.limit())
              + (result.bound().isPresent() ? " of " + text(result.bound().getAsDouble()) : ""),
          result.isMet() ? "yes" : "NO",
          result.peer().map(TableReport::text).orElse("-"),
          figure.condition()
        });
  }

  private static String text(Peer peer) {
    return text(peer.value())
        + (peer.measured() ? " measured, " : " quoted, ")
        + peer.server()
        + (peer.note().isEmpty() ? "" : " (" + peer.note() + ")");
  }

  /** Three digits or, of large numbers, all before the point. */
  private static String text(double value) {
    double size = Math.abs(value);
    int decimals =
        size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5;
    String digits = String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', ' ');
    return digits.contains(".") ? digits.replaceAll("0+$", "").replaceAll("\\.$", "") : digits;
  }

  @Override
  public void end() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }
}
