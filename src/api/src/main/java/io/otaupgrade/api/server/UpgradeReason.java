package io.otaupgrade.api.server;

/** Why an upgrade ended as it did, where the state alone does not tell. */
public enum UpgradeReason {
  /** Nothing to add. */
  NONE,
  /** Upgrade End Request with status INVALID_IMAGE. */
  INVALID_IMAGE,
  /** Upgrade End Request with status ABORT. */
  ABORTED_BY_DEVICE,
  /** {@link OtaServer#abort}. */
  ABORTED_BY_OPERATOR,
  /** The driver withdrew the image, or it was replaced by another version. */
  IMAGE_WITHDRAWN,
  /** The device started on another image. */
  SUPERSEDED,
  /** The device left the network. */
  DEVICE_LEFT,
  /** No request within the stall time. */
  NO_REQUEST,
  /** The device came back but reports another version. */
  WRONG_VERSION,
  /** The device was not heard of, or does not tell its version. */
  NO_EVIDENCE
}
