package io.otaupgrade.cluster.internal;

import java.time.Duration;
import java.util.Map;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The validated configuration of the Ota Upgrade plugin. What the components mean is said once, in
 * {@link Config}.
 */
record Settings(
    boolean enabled,
    Duration startGrace,
    Duration stallTime,
    Duration confirmationTime,
    ActivationPolicy activationPolicy,
    Duration activationDelay,
    int blockSizeCap,
    boolean pageRequests,
    Duration pageSpacingMinimum,
    int minimumBlockPeriod,
    Duration notifyInterval,
    int refusalLimit) {

  static final String PID = "io.otaupgrade.cluster";

  private static final int DAY = 86_400;

  /** What holds without a configuration. */
  static final Settings DEFAULT = of(Map.of());

  /** The keys as ConfigAdmin and its editors know them. */
  @ObjectClassDefinition(
      id = PID,
      name = "Ota Upgrade plugin",
      description = "Serves firmware images to the Zigbee devices of every mesh (cluster 0x0019)")
  @interface Config {
    @AttributeDefinition(
        name = "Enabled",
        description = "false takes the OTA Upgrade servers away; transfers go on when it is back")
    boolean enabled() default true;

    @AttributeDefinition(
        name = "Start grace",
        description =
            "For so many seconds after the start, 0..86400, a block of an image that is not (yet)"
                + " registered is answered with WAIT_FOR_DATA instead of NO_IMAGE_AVAILABLE")
    int startGrace() default 300;

    @AttributeDefinition(
        name = "Stall time",
        description =
            "A transfer without a request for so many seconds, 10..86400, has stalled; some"
                + " vendors' devices get more")
    int stallTime() default 300;

    @AttributeDefinition(
        name = "Confirmation time",
        description =
            "So many seconds, 10..86400, after it was to run the new image a device must have been"
                + " seen running it, or the upgrade ends unconfirmed")
    int confirmationTime() default 600;

    @AttributeDefinition(
        name = "Activation policy",
        description =
            "immediate: a device runs the image as soon as it has it; onRequest: it waits until"
                + " told",
        options = {@Option("immediate"), @Option("onRequest")})
    String activationPolicy() default "immediate";

    @AttributeDefinition(
        name = "Activation delay",
        description =
            "How many seconds, 0..86400, a device waits before it runs the image, with the policy"
                + " immediate")
    int activationDelay() default 1;

    @AttributeDefinition(
        name = "Block size cap",
        description =
            "No block has more octets than this, 1..255, whatever the device asks for and the"
                + " radio takes")
    int blockSizeCap() default 255;

    @AttributeDefinition(
        name = "Page requests",
        description = "false answers Image Page Requests with UNSUP_CLUSTER_COMMAND")
    boolean pageRequests() default true;

    @AttributeDefinition(
        name = "Page spacing minimum",
        description =
            "The blocks of a page follow each other not sooner than so many milliseconds, 1..1000,"
                + " even if the device wants them to")
    int pageSpacingMinimum() default 10;

    @AttributeDefinition(
        name = "Minimum block period",
        description =
            "The MinimumBlockPeriod that devices are told to keep, in the device's unit (most count"
                + " milliseconds), 1..65534; 0 leaves it to the device")
    int minimumBlockPeriod() default 0;

    @AttributeDefinition(
        name = "Notify interval",
        description = "A device gets an Image Notify not sooner than so many seconds, 1..86400")
    int notifyInterval() default 60;

    @AttributeDefinition(
        name = "Refusal limit",
        description =
            "A device that refused an image so many times, 1..1000, is not offered it again until"
                + " it is registered anew or the device is notified by hand; 0: no limit")
    int refusalLimit() default 3;
  }

  /**
   * Reads the configuration as ConfigAdmin gives it; numbers and booleans may be texts.
   *
   * @throws IllegalArgumentException naming the key, what is allowed and what was found
   */
  static Settings of(Map<String, ?> properties) {
    return new Settings(
        truth(properties, "enabled"),
        Duration.ofSeconds(number(properties, "startGrace", 0, DAY)),
        Duration.ofSeconds(number(properties, "stallTime", 10, DAY)),
        Duration.ofSeconds(number(properties, "confirmationTime", 10, DAY)),
        policy(properties),
        Duration.ofSeconds(number(properties, "activationDelay", 0, DAY)),
        number(properties, "blockSizeCap", 1, 255),
        truth(properties, "pageRequests"),
        Duration.ofMillis(number(properties, "pageSpacingMinimum", 1, 1000)),
        number(properties, "minimumBlockPeriod", 0, 0xFFFE),
        Duration.ofSeconds(number(properties, "notifyInterval", 1, DAY)),
        number(properties, "refusalLimit", 0, 1000));
  }

  private static ActivationPolicy policy(Map<String, ?> properties) {
    String word = text(properties, "activationPolicy");
    for (ActivationPolicy policy : ActivationPolicy.values()) {
      if (policy.word().equals(word)) {
        return policy;
      }
    }
    throw rejected("activationPolicy", "immediate or onRequest", word);
  }

  private static boolean truth(Map<String, ?> properties, String key) {
    String word = text(properties, key);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> throw rejected(key, "true or false", word);
    };
  }

  private static int number(Map<String, ?> properties, String key, int minimum, int maximum) {
    String word = text(properties, key);
    try {
      long value = Long.parseLong(word);
      if (value >= minimum && value <= maximum) {
        return (int) value;
      }
    } catch (NumberFormatException notANumber) {
      // falls through to the one message
    }
    throw rejected(key, minimum + ".." + maximum, word);
  }

  private static String text(Map<String, ?> properties, String key) {
    Object value = properties.get(key);
    return value == null ? fallback(key) : value.toString().strip();
  }

  /** What {@link Config} says, so that it is said once. */
  private static String fallback(String key) {
    try {
      return Config.class.getDeclaredMethod(key).getDefaultValue().toString();
    } catch (NoSuchMethodException misspelt) {
      throw new IllegalStateException(misspelt);
    }
  }

  private static IllegalArgumentException rejected(String key, String allowed, String was) {
    return new IllegalArgumentException(key + " must be " + allowed + ", was '" + was + "'");
  }
}
