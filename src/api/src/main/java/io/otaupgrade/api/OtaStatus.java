package io.otaupgrade.api;

/** The documented statuses; which ones a call can end with is said at {@link OtaService}. */
public enum OtaStatus {
  /** An OTA Upgrade server is there. */
  SERVICE_AVAILABLE("serviceAvailable"),
  /** The plugin is not installed, switched off, or its mesh is down. */
  SERVICE_NOT_AVAILABLE("serviceNotAvailable"),
  /** Accepted; another status of the same request follows. The only one that is not final. */
  IN_PROGRESS("inProgress"),
  /** Done. */
  SUCCESS("success"),
  /** Something went wrong that no other status names. */
  FAILURE("failure"),
  /** The image could not be read from its URL. */
  IMAGE_ACCESS_FAILED("imageAccessFailed"),
  /** What the URL gave is not the image that was announced. */
  IMAGE_VALIDATION_FAILED("imageValidationFailed"),
  /** The device id is bound to no device. */
  DEVICE_NOT_FOUND("deviceNotFound"),
  /** An argument is out of range, or the same key was registered with other octets. */
  INVALID_DATA("invalidData"),
  /** Another device id holds an image of this driver type under another driver version. */
  INCOMPATIBLE_DRIVER_VERSION("incompatibleDriverVersion"),
  /** The device id holds no image. */
  IMAGE_INFO_NOT_FOUND("imageInfoNotFound");

  private final String word;

  OtaStatus(String word) {
    this.word = word;
  }

  /** The documented word. */
  public String word() {
    return word;
  }

  /** Whether no further status of the request follows. */
  public boolean isFinal() {
    return this != IN_PROGRESS;
  }
}
