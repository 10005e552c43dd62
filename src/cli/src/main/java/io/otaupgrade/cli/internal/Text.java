package io.otaupgrade.cli.internal;

import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** How times, versions and states are written for people and in machine output. */
public final class Text {

  private Text() {}

  /** A version as vendors print it. */
  public static String version(long version) {
    return String.format(Locale.ROOT, "0x%08X", version);
  }

  /** As {@link #version(long)}, a dash when it is not known. */
  public static String version(OptionalLong version) {
    return version.isPresent() ? version(version.getAsLong()) : "-";
  }

  /** {@code 12.3 s}, {@code 4:05 min} or {@code 3:04:05 h}. */
  public static String time(Duration time) {
    if (time.toSeconds() < 60) {
      return clock(time);
    }
    return clock(time) + (time.toHours() == 0 ? " min" : " h");
  }

  /** {@code 12.3 s}, {@code 4:05} or {@code 3:04:05}, where there is little room. */
  public static String clock(Duration time) {
    if (time.toSeconds() < 60) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    return time.toHours() == 0
        ? String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart())
        : String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            time.toHours(),
            time.toMinutesPart(),
            time.toSecondsPart());
  }

  /** A state or a reason as a person reads it: {@code waiting for activation}. */
  public static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A state and, where there is one, its reason. */
  public static String words(UpgradeState state, UpgradeReason reason) {
    return reason == UpgradeReason.NONE ? words(state) : words(state) + ", " + words(reason);
  }

  /** A constant as a member of machine output: {@code waitingForActivation}. */
  public static String camelCase(Enum<?> constant) {
    String[] words = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }
}
