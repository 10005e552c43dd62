package io.otaupgrade.cli.internal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of option values; a fault is one line that names option, range and value. */
public final class Usage {

  private static final Pattern SIMULATED = Pattern.compile("simulated:([0-9]{1,9})");

  private final CommandSpec spec;

  /** For the options of this command, those mixed in included. */
  public Usage(CommandSpec spec) {
    this.spec = spec;
  }

  /** A whole number within a range. */
  public void range(String option, long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw wrong(option + " must be " + minimum + " to " + maximum + ", was " + value);
    }
  }

  /** A probability. */
  public void share(String option, double value, double maximum) {
    if (!(value >= 0 && value <= maximum)) { // NaN too
      throw wrong(String.format(Locale.ROOT, "%s must be 0 to %s, was %s", option, maximum, value));
    }
  }

  /** The N of {@code simulated:N}, 1 to {@code maximum}. */
  public int simulatedDevices(String option, String value, int maximum) {
    Matcher simulated = SIMULATED.matcher(value);
    if (simulated.matches()) {
      int devices = Integer.parseInt(simulated.group(1));
      if (devices >= 1 && devices <= maximum) {
        return devices;
      }
    }
    throw wrong(option + " must be simulated:N, N from 1 to " + maximum + ", was " + value);
  }

  /** An option that means nothing without another. */
  public void needs(String option, boolean isGiven, String other, boolean isOtherGiven) {
    if (isGiven && !isOtherGiven) {
      throw wrong(option + " needs " + other);
    }
  }

  /** The fault to throw; the message is one line. */
  public ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
