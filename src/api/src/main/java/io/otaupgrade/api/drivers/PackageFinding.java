package io.otaupgrade.api.drivers;

/**
 * Something that is wrong with a driver package.
 *
 * @param severity how bad it is
 * @param where the file in the package, with a line where one is known: {@code driver.xml:12};
 *     empty for the package as a whole
 * @param message one line: what is wrong, with the numbers
 */
public record PackageFinding(Severity severity, String where, String message) {

  /** How bad a finding is. */
  public enum Severity {
    /** The package is not installed. */
    ERROR,
    /** It is installed, and will likely not do what its author wants. */
    WARNING
  }

  @Override
  public String toString() {
    return where.isEmpty() ? message : where + ": " + message;
  }
}
