package io.otaupgrade.director.internal;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.image.ImageKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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

  private static final Set<String> SCHEMES = Set.of("http", "https", "controller");

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
    if (driverTypeId.isBlank()) {
      return Optional.of("driverTypeId must not be empty");
    }
    return driverTypeId.equals(ImageKey.OPERATOR)
        ? Optional.of("driverTypeId '" + ImageKey.OPERATOR + "' is reserved")
        : Optional.empty();
  }

  private Optional<String> urlFault() {
    try {
      String scheme = new URI(url).getScheme();
      if (scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
    } catch (URISyntaxException noUrl) {
      // the one message below says what is wanted
    }
    return Optional.of("url must be http, https or controller://driver/<name>/<file>, was " + url);
  }
}
