package io.otaupgrade.transport.internal;

import java.time.Duration;
import java.util.Map;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The validated configuration of the transport.
 *
 * @param confirmationTimeout after which a frame in flight counts as UNCONFIRMED
 * @param controlReserve percent of the send window that image transfer leaves to control frames
 * @param queueLimit frames of one priority that may wait at once, on one mesh
 * @param busyBackOff the first pause after the co-processor was busy
 * @param interviewsAtOnce nodes of one mesh that are asked about themselves at once
 * @param interviewTimeout for one answer in an interview
 */
record Settings(
    Duration confirmationTimeout,
    int controlReserve,
    int queueLimit,
    Duration busyBackOff,
    int interviewsAtOnce,
    Duration interviewTimeout) {

  static final String PID = "io.otaupgrade.transport";

  private static final int CONFIRMATION_TIMEOUT = 12;
  private static final int CONTROL_RESERVE = 25;
  private static final int QUEUE_LIMIT = 4096;
  private static final int BUSY_BACK_OFF = 10;
  private static final int INTERVIEWS_AT_ONCE = 3;
  private static final int INTERVIEW_TIMEOUT = 8;

  static final Settings DEFAULT = of(Map.of());

  /** The configuration as ConfigAdmin and metatype see it. */
  @ObjectClassDefinition(
      id = PID,
      name = "Zigbee radio transport",
      description = "How the Zigbee meshes of this host are shared; applies to all of them")
  @interface Config {
    @AttributeDefinition(
        name = "Confirmation time-out",
        description =
            "Seconds, 1..120: how long a frame may be with the co-processor without a report before"
                + " it counts as unconfirmed",
        min = "1",
        max = "120")
    int confirmationTimeout() default CONFIRMATION_TIMEOUT;

    @AttributeDefinition(
        name = "Reserve for control",
        description =
            "Percent, 1..90: the share of the co-processor's window that image transfers leave free"
                + " for control frames; at least one frame where the window has two",
        min = "1",
        max = "90")
    int controlReserve() default CONTROL_RESERVE;

    @AttributeDefinition(
        name = "Queue limit",
        description =
            "Frames, 16..65536: how many frames of one priority may wait on one mesh; more are"
                + " refused",
        min = "16",
        max = "65536")
    int queueLimit() default QUEUE_LIMIT;

    @AttributeDefinition(
        name = "Back-off when busy",
        description =
            "Milliseconds, 1..1000: the first pause after the co-processor said that it is full; it"
                + " doubles while it still is, up to 640 ms",
        min = "1",
        max = "1000")
    int busyBackOff() default BUSY_BACK_OFF;

    @AttributeDefinition(
        name = "Interviews at once",
        description = "Nodes, 1..32: how many nodes of one mesh are asked about themselves at once",
        min = "1",
        max = "32")
    int interviewsAtOnce() default INTERVIEWS_AT_ONCE;

    @AttributeDefinition(
        name = "Interview time-out",
        description =
            "Seconds, 1..60: how long to wait for one answer in an interview; sleepy nodes answer"
                + " when they poll",
        min = "1",
        max = "60")
    int interviewTimeout() default INTERVIEW_TIMEOUT;
  }

  /**
   * Reads the properties of a configuration; those of its numbers may be text, as in a .cfg file.
   *
   * @throws IllegalArgumentException naming key, value and range
   */
  static Settings of(Map<String, ?> properties) {
    return new Settings(
        Duration.ofSeconds(number(properties, "confirmationTimeout", 1, 120, CONFIRMATION_TIMEOUT)),
        number(properties, "controlReserve", 1, 90, CONTROL_RESERVE),
        number(properties, "queueLimit", 16, 65_536, QUEUE_LIMIT),
        Duration.ofMillis(number(properties, "busyBackOff", 1, 1000, BUSY_BACK_OFF)),
        number(properties, "interviewsAtOnce", 1, 32, INTERVIEWS_AT_ONCE),
        Duration.ofSeconds(number(properties, "interviewTimeout", 1, 60, INTERVIEW_TIMEOUT)));
  }

  private static int number(
      Map<String, ?> properties, String key, int minimum, int maximum, int absent) {
    Object value = properties.get(key);
    if (value == null) {
      return absent;
    }
    try {
      long number =
          value instanceof Number given
              ? given.longValue()
              : Long.parseLong(value.toString().strip());
      if (number >= minimum && number <= maximum) {
        return (int) number;
      }
    } catch (NumberFormatException notANumber) {
      // the message below says it
    }
    throw new IllegalArgumentException(
        key + " must be a whole number " + minimum + ".." + maximum + ", was '" + value + "'");
  }
}
