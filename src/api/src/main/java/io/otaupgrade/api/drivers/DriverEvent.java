package io.otaupgrade.api.drivers;

import java.time.Instant;

/**
 * Something that happened in a driver or to its package.
 *
 * @param deviceId of the driver; 0 for the package as a whole
 * @param subject what it is about, as {@link Kind} says
 * @param text more, as {@link Kind} says; may have several lines
 * @param result of a call; else empty
 */
public record DriverEvent(
    Instant time,
    Kind kind,
    String typeId,
    int deviceId,
    String subject,
    String text,
    String result) {

  /** What happened. */
  public enum Kind {
    /** The package was installed or updated; subject: its version. */
    INSTALLED,
    /** The package was removed. */
    REMOVED,
    /** A package of this name was refused; text: the errors, one a line. */
    REFUSED,
    /** A device was bound to the package; subject: the device's EUI-64. */
    BOUND,
    /** The script was started; subject: the device's EUI-64. */
    STARTED,
    /** The script was ended by the host; subject: why. */
    STOPPED,
    /** The script was stopped for what it did; text: why, subject: after how long it is started. */
    FAILED,
    /** A line that the script printed; text: the line. */
    PRINTED,
    /**
     * A line of the script's log, or the host's on its behalf; subject: the level, text: the line.
     */
    LOGGED,
    /** The script called the OTA or the Zigbee API; subject: the function, text: the arguments. */
    CALLED,
    /** A callback was called; subject: the function, text: the arguments. */
    NOTIFIED,
    /** A property changed; subject: its name, text: its value. */
    PROPERTY
  }
}
