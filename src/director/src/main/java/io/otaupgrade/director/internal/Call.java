package io.otaupgrade.director.internal;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.image.ImageKey;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A call of the driver API with its arguments as they were given; what an operation does not take
 * is 0 or empty.
 */
record Call(
    OperationName operation,
    int deviceId,
    int mfgId,
    int imageTypeId,
    String url,
    String driverTypeId,
    long driverVersion) {

  private static final int LONGEST_DRIVER_TYPE = 255;

  /** Spaces may be in the path: file names have them. */
  private static final Pattern URL =
      Pattern.compile(
          "(?i:https?)://[^/?#\\s\\\\]+([/?#][^\\\\]*)?"
              + "|(?i:controller)://driver/[^/?#\\\\]+/[^\\\\]+");

  static Call serviceStatus(int deviceId) {
    return new Call(OperationName.SERVICE_STATUS_RESPONSE, deviceId, 0, 0, "", "", 0);
  }

  static Call removeImage(int deviceId, int imageTypeId) {
    return new Call(OperationName.REMOVE_IMAGE_RESPONSE, deviceId, 0, imageTypeId, "", "", 0);
  }

  static Call imageInfo(int deviceId) {
    return new Call(OperationName.IMAGE_INFO_RESPONSE, deviceId, 0, 0, "", "", 0);
  }

  /** What is wrong with the arguments: the name, the value and what is allowed. */
  Optional<String> fault() {
    return switch (operation) {
      case SERVICE_STATUS_RESPONSE -> Optional.empty(); // any id may ask
      case IMAGE_INFO_RESPONSE -> range("deviceId", deviceId, 1, Integer.MAX_VALUE);
      case REMOVE_IMAGE_RESPONSE ->
          range("deviceId", deviceId, 1, Integer.MAX_VALUE)
              .or(() -> range("imageTypeId", imageTypeId, 0, 0xFFFF));
      case ADD_IMAGE_RESPONSE ->
          range("deviceId", deviceId, 1, Integer.MAX_VALUE)
              .or(() -> range("mfgId", mfgId, 0, 0xFFFF))
              .or(() -> range("imageTypeId", imageTypeId, 0, 0xFFFF))
              .or(() -> range("version", driverVersion, 0, 0xFFFF_FFFFL))
              .or(this::driverTypeFault)
              .or(this::urlFault);
    };
  }

  private static Optional<String> range(String name, long value, long minimum, long maximum) {
    return value >= minimum && value <= maximum
        ? Optional.empty()
        : Optional.of(name + " must be " + minimum + ".." + maximum + ", was " + value);
  }

  private Optional<String> driverTypeFault() {
    if (driverTypeId.equals(ImageKey.OPERATOR)) {
      return Optional.of("driverTypeId '" + ImageKey.OPERATOR + "' is reserved");
    }
    return driverTypeId.isBlank()
            || driverTypeId.length() > LONGEST_DRIVER_TYPE
            || hasControlCharacter(driverTypeId)
        ? Optional.of(
            "driverTypeId must have 1.."
                + LONGEST_DRIVER_TYPE
                + " printable characters, was '"
                + printable(driverTypeId)
                + "'")
        : Optional.empty();
  }

  /** As far as it can be told without the registry, which has the last word. */
  private Optional<String> urlFault() {
    return URL.matcher(url).matches() && !hasControlCharacter(url)
        ? Optional.empty()
        : Optional.of(
            "url must be http, https or controller://driver/<name>/<file>, was '"
                + printable(url)
                + "'");
  }

  private static boolean hasControlCharacter(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  /** Arguments go into the log as they came, but on one line. */
  private static String printable(String text) {
    String cut = text.length() <= LONGEST_DRIVER_TYPE ? text : text.substring(0, 200) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
