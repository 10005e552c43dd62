package io.otaupgrade.cli.internal.radio;

import io.otaupgrade.cli.internal.Usage;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what network to form on a co-processor that has none. */
public final class FormOptions {

  private static final int LAST_PAN_ID = 0xFFFE;

  @Option(
      names = "--form",
      description = {
        "Form a network when the co-processor has none; one that it has is never changed.",
        "What is not given below is drawn. The key is shown once: keep it."
      })
  private boolean form;

  @Option(names = "--channel", paramLabel = "N", description = "Of the network to form, 11 to 26.")
  private Optional<Integer> channel = Optional.empty();

  @Option(
      names = "--pan",
      paramLabel = "HEX",
      description = "PAN id of the network to form, up to 4 digits.")
  private Optional<String> pan = Optional.empty();

  @Option(
      names = "--extended-pan",
      paramLabel = "HEX",
      description = "Extended PAN id of the network to form, 16 digits.")
  private Optional<String> extendedPan = Optional.empty();

  @Option(
      names = "--network-key",
      paramLabel = "HEX",
      description = {
        "Key of the network to form, 32 digits. Others on this machine can read a command line;",
        "with @FILE in place of the option it is read from a file."
      })
  private Optional<String> networkKey = Optional.empty();

  /** Refuses what is no number of a network. */
  public void check(Usage usage, boolean isRadioGiven) {
    usage.needs("--form", form, "--port", isRadioGiven);
    usage.needs("--channel", channel.isPresent(), "--form", form);
    usage.needs("--pan", pan.isPresent(), "--form", form);
    usage.needs("--extended-pan", extendedPan.isPresent(), "--form", form);
    usage.needs("--network-key", networkKey.isPresent(), "--form", form);
    channel.ifPresent(number -> usage.range("--channel", number, 11, 26));
    if (pan.isPresent() && !isPanId(pan.get())) {
      throw usage.wrong("--pan must be 0000 to fffe, hexadecimal, was " + pan.get());
    }
    if (extendedPan.isPresent() && !isExtendedPanId(extendedPan.get())) {
      throw usage.wrong(
          "--extended-pan must be 16 hexadecimal digits, not all 0 or all f, was "
              + extendedPan.get());
    }
    if (networkKey.isPresent() && !networkKey.get().matches("[0-9a-fA-F]{32}")) {
      throw usage.wrong(
          "--network-key must be 32 hexadecimal digits, had "
              + networkKey.get().length()
              + " characters"); // and is not shown
    }
  }

  private static boolean isPanId(String text) {
    return digits(text).matches("[0-9a-fA-F]{1,4}")
        && Integer.parseInt(digits(text), 16) <= LAST_PAN_ID;
  }

  private static boolean isExtendedPanId(String text) {
    return digits(text).matches("[0-9a-fA-F]{16}") && !digits(text).matches("0{16}|[fF]{16}");
  }

  private static String digits(String hex) {
    return hex.replaceFirst("^0[xX]", "");
  }

  /** Adds the keys of a radio's configuration. */
  public void addTo(Map<String, Object> configuration) {
    if (form) {
      configuration.put("form", true);
      channel.ifPresent(number -> configuration.put("channel", number));
      pan.ifPresent(text -> configuration.put("panId", "0x" + digits(text)));
      extendedPan.ifPresent(text -> configuration.put("extendedPanId", digits(text)));
      networkKey.ifPresent(text -> configuration.put("networkKey", text));
    }
  }
}
