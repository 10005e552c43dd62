package io.otaupgrade.api;

/** Which call a result answers. */
public enum OperationName {
  SERVICE_STATUS_RESPONSE("serviceStatusResponse"),
  ADD_IMAGE_RESPONSE("addImageResponse"),
  REMOVE_IMAGE_RESPONSE("removeImageResponse"),
  IMAGE_INFO_RESPONSE("imageInfoResponse");

  private final String word;

  OperationName(String word) {
    this.word = word;
  }

  /** The documented word. */
  public String word() {
    return word;
  }
}
