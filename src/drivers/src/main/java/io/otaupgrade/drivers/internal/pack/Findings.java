package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.api.drivers.PackageFinding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong; a package that is wrong all over does not fill a log. */
final class Findings {

  private static final int MOST = 100;
  private static final int LONGEST = 300;

  private final List<PackageFinding> list = new ArrayList<>();
  private boolean errors;

  void error(String where, String message) {
    errors = true;
    add(Severity.ERROR, where, message);
  }

  void warning(String where, String message) {
    add(Severity.WARNING, where, message);
  }

  private void add(Severity severity, String where, String message) {
    if (list.size() < MOST) {
      list.add(new PackageFinding(severity, printable(where), printable(message)));
    } else if (list.size() == MOST) {
      list.add(new PackageFinding(severity, "", "and more, which is not listed"));
    } else if (severity == Severity.ERROR) {
      list.set(MOST, new PackageFinding(severity, "", "and more, which is not listed"));
    }
  }

  /** Names in a hostile package hold line ends and what moves a terminal's cursor. */
  static String printable(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isISOControl(c)
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR
                  || type == Character.SURROGATE) {
                plain.append("\\u{").append(Integer.toHexString(c)).append('}');
              } else {
                plain.appendCodePoint(c);
              }
            });
    return plain.toString();
  }

  boolean hasErrors() {
    return errors;
  }

  List<PackageFinding> list() {
    return List.copyOf(list);
  }
}
