package io.otaupgrade.cli.internal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints.
 *
 * @param out the command's result
 * @param err everything else
 * @param rows height of the terminal behind {@code out}; 0 when it is none
 * @param columns width of that terminal
 */
public record Terminal(PrintWriter out, PrintWriter err, int rows, int columns) {

  /** System property that the launcher sets to {@code ROWSxCOLUMNS} when stdout is a terminal. */
  static final String SIZE = "ota.terminal";

  private static final int SMALLEST_ROWS = 5;
  private static final int SMALLEST_COLUMNS = 40;

  /** The process's own streams. */
  static Terminal ofProcess() {
    String[] size = System.getProperty(SIZE, "").split("x", 2);
    int rows = number(size[0]);
    int columns = size.length < 2 ? 0 : number(size[1]);
    boolean usable = rows >= SMALLEST_ROWS && columns >= SMALLEST_COLUMNS;
    return new Terminal(
        writer(System.out), writer(System.err), usable ? rows : 0, usable ? columns : 0);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException noSize) {
      return 0;
    }
  }

  /** Whether lines already printed can be printed over. */
  public boolean isInteractive() {
    return rows > 0;
  }
}
