package io.otaupgrade.drivers.internal.pack;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which names an entry may have: those that mean the same file, below the package's folder, on
 * every file system.
 */
final class EntryName {

  private static final int LONGEST_PATH = 1024;
  private static final int LONGEST_NAME = 200;
  private static final int DEEPEST = 16;
  private static final String FORBIDDEN = "/\\:*?\"<>|";

  /** Names that Windows takes for devices, with any extension. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3])(\\..*)?");

  private static final Set<Integer> SEPARATORS_AND_DOTS = Set.of((int) '/', (int) '\\', (int) '.');

  private EntryName() {}

  /**
   * What is wrong with the name of a file or, with a slash at its end, a folder; empty if nothing
   * is.
   */
  static Optional<String> fault(String path) {
    if (path.length() > LONGEST_PATH) {
      return Optional.of("the name has " + path.length() + " characters, at most " + LONGEST_PATH);
    }
    String[] names = path.split("/", -1);
    int count = path.endsWith("/") ? names.length - 1 : names.length;
    if (count > DEEPEST) {
      return Optional.of("lies " + count + " folders deep, at most " + DEEPEST);
    }
    for (int i = 0; i < count; i++) {
      Optional<String> fault = segmentFault(names[i]);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return count == 0 ? Optional.of("has an empty name") : Optional.empty();
  }

  /** What is wrong with one name without a slash. */
  static Optional<String> segmentFault(String name) {
    if (name.isEmpty()) {
      return Optional.of("has an absolute path or an empty name in it");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("leads out of its folder");
    }
    if (name.length() > LONGEST_NAME) {
      return Optional.of("has a name of " + name.length() + " characters, at most " + LONGEST_NAME);
    }
    int wrong =
        name.codePoints()
            .filter(
                c ->
                    FORBIDDEN.indexOf(c) >= 0
                        || Character.isISOControl(c)
                        || !Character.isDefined(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE)
            .findFirst()
            .orElse(-1);
    if (wrong >= 0) {
      return Optional.of(String.format("has the character U+%04X in its name", wrong));
    }
    if (name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
      return Optional.of("has a blank or dot at the edge of a name");
    }
    String folded = Normalizer.normalize(name, Normalizer.Form.NFKC);
    boolean dressedUp =
        folded.codePoints().filter(SEPARATORS_AND_DOTS::contains).count()
            != name.codePoints().filter(SEPARATORS_AND_DOTS::contains).count();
    if (dressedUp) {
      return Optional.of("has a character that some file systems take for a dot or a slash");
    }
    if (DEVICE.matcher(folded.toUpperCase(Locale.ROOT)).matches()) {
      return Optional.of("is the name of a device");
    }
    return Optional.empty();
  }

  /** The same for all names that some file system holds for one. */
  static String clashKey(String path) {
    String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return Normalizer.normalize(
        Normalizer.normalize(bare, Normalizer.Form.NFKC)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT),
        Normalizer.Form.NFKC);
  }
}
