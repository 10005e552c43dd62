package io.otaupgrade.transport.internal.link;

import io.otaupgrade.transport.internal.link.NetworkSettings.NetworkKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The validated configuration of one radio.
 *
 * @param mesh name of its mesh
 * @param port where it is
 * @param network what network it is to be on
 */
public record RadioSettings(String mesh, PortAddress port, NetworkSettings network) {

  private static final int BAUD_RATE = 115_200;

  /** The configuration as ConfigAdmin and metatype see it. */
  @ObjectClassDefinition(
      name = "Zigbee radio",
      description =
          "A Zigbee co-processor on a serial port or in the network; one configuration for each:"
              + " io.otaupgrade.transport.znp~NAME (Texas Instruments, Z-Stack 3.x) or"
              + " io.otaupgrade.transport.ember~NAME (Silicon Labs, EmberZNet)")
  public @interface Config {
    @AttributeDefinition(
        name = "Mesh",
        description = "Name of the mesh; that of the configuration if empty")
    String mesh() default "";

    @AttributeDefinition(
        name = "Port",
        description =
            "/dev/ttyUSB0, a link such as /dev/serial/by-id/..., COM3, or tcp://host:port")
    String port();

    @AttributeDefinition(
        name = "Baud rate",
        description = "Of a serial port, 1200..4000000 bit/s",
        min = "1200",
        max = "4000000")
    int baudRate() default BAUD_RATE;

    @AttributeDefinition(
        name = "Flow control",
        description = "Of a serial port; must be what the co-processor's firmware was built for",
        options = {
          @Option(label = "none", value = "none"),
          @Option(label = "RTS and CTS wires", value = "rtscts"),
          @Option(label = "XON and XOFF", value = "xonxoff")
        })
    String flowControl() default "none";

    @AttributeDefinition(
        name = "Form a network",
        description =
            "Whether a co-processor that is on no network forms one, with what is said below; one"
                + " that is on a network keeps it as it is")
    boolean form() default false;

    @AttributeDefinition(name = "Channel", description = "11..26; drawn if empty", required = false)
    String channel() default "";

    @AttributeDefinition(
        name = "PAN id",
        description = "0..0xFFFE, decimal or with 0x; drawn if empty",
        required = false)
    String panId() default "";

    @AttributeDefinition(
        name = "Extended PAN id",
        description = "16 hexadecimal digits; drawn if empty",
        required = false)
    String extendedPanId() default "";

    @AttributeDefinition(
        name = "Network key",
        description = "32 hexadecimal digits; drawn, and shown once in the log, if empty",
        type = AttributeType.PASSWORD,
        required = false)
    String networkKey() default "";
  }

  /**
   * Reads the properties of a configuration; any value may be text, as in a .cfg file.
   *
   * @param name of the mesh, unless the configuration has one
   * @throws IllegalArgumentException naming key, value and what is allowed; never a network key
   */
  static RadioSettings of(String name, Map<String, ?> properties) {
    Keys keys = new Keys(properties);
    return new RadioSettings(
        keys.text("mesh").orElse(name),
        PortAddress.of(
            keys.text("port").orElse(""),
            keys.number("baudRate", PortAddress.SLOWEST, PortAddress.FASTEST).orElse(BAUD_RATE),
            keys.flowControl("flowControl")),
        new NetworkSettings(
            keys.flag("form"),
            keys.number("channel", 11, 26),
            keys.number("panId", 0, 0xFFFE),
            keys.extendedPanId("extendedPanId"),
            keys.networkKey("networkKey")));
  }

  private record Keys(Map<String, ?> properties) {

    private static final int EXTENDED_PAN_ID_DIGITS = 16;

    Optional<String> text(String key) {
      return Optional.ofNullable(properties.get(key))
          .map(value -> value.toString().strip())
          .filter(value -> !value.isEmpty());
    }

    boolean flag(String key) {
      String word = text(key).orElse("false").toLowerCase(Locale.ROOT);
      if (!word.equals("true") && !word.equals("false")) {
        throw refused(key, "true or false");
      }
      return word.equals("true");
    }

    /** Decimal, or hexadecimal with {@code 0x}. */
    OptionalInt number(String key, int minimum, int maximum) {
      Optional<String> text = text(key);
      if (text.isEmpty()) {
        return OptionalInt.empty();
      }
      try {
        String digits = text.get().toLowerCase(Locale.ROOT);
        long number =
            digits.startsWith("0x")
                ? Long.parseLong(digits, 2, digits.length(), 16)
                : Long.parseLong(digits);
        if (number >= minimum && number <= maximum) {
          return OptionalInt.of((int) number);
        }
      } catch (NumberFormatException | IndexOutOfBoundsException notANumber) {
        // the message below says it
      }
      throw refused(key, "a whole number " + minimum + ".." + maximum);
    }

    FlowControl flowControl(String key) {
      String word = text(key).orElse(FlowControl.NONE.name());
      return Arrays.stream(FlowControl.values())
          .filter(each -> each.name().equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(
              () ->
                  refused(
                      key,
                      Arrays.stream(FlowControl.values())
                          .map(each -> each.name().toLowerCase(Locale.ROOT))
                          .collect(Collectors.joining(", ", "one of ", ""))));
    }

    OptionalLong extendedPanId(String key) {
      Optional<String> text = text(key);
      if (text.isEmpty()) {
        return OptionalLong.empty();
      }
      String digits = text.get().replaceFirst("^0[xX]", "");
      try {
        long id = HexFormat.fromHexDigitsToLong(digits);
        // 0 and all ones mean "none".
        if (digits.length() == EXTENDED_PAN_ID_DIGITS && id != 0 && id != -1) {
          return OptionalLong.of(id);
        }
      } catch (IllegalArgumentException notHexadecimal) {
        // the message below says it
      }
      throw refused(key, "16 hexadecimal digits, neither all 0 nor all f");
    }

    Optional<NetworkKey> networkKey(String key) {
      Optional<String> text = text(key);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        if (text.get().length() == 2 * NetworkKey.LENGTH) {
          return Optional.of(new NetworkKey(HexFormat.of().parseHex(text.get())));
        }
      } catch (IllegalArgumentException notHexadecimal) {
        // its message would show the key
      }
      throw new IllegalArgumentException(
          key
              + " must be 32 hexadecimal digits, was "
              + text.get().length()
              + " characters, not shown here");
    }

    private IllegalArgumentException refused(String key, String allowed) {
      return new IllegalArgumentException(
          key + " must be " + allowed + ", was '" + text(key).orElse("") + "'");
    }
  }
}
