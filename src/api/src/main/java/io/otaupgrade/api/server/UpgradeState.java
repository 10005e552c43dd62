package io.otaupgrade.api.server;

/** Where an upgrade stands. */
public enum UpgradeState {
  /** The image was offered in a query response; no block was asked for yet. */
  OFFERED,
  /** Blocks are being served. */
  DOWNLOADING,
  /** The device has this file and wants another one before it can run them. */
  MORE_IMAGES_REQUIRED,
  /** The device has the whole image and waits to be told to run it. */
  WAITING_FOR_ACTIVATION,
  /** The device was told to run the image; it has not been seen running it yet. */
  ACTIVATING,
  /** The device was seen running the new version. */
  UPGRADED,
  /** The device had the image and was told to run it, but no evidence came that it does. */
  APPLIED_UNCONFIRMED,
  /** The device found the image invalid, or came back with another version. */
  REFUSED,
  /** Ended by the device, an operator, or the removal of the image. */
  ABORTED,
  /** The device stopped asking. */
  STALLED;

  /** Whether the upgrade is over. */
  public boolean isFinal() {
    return compareTo(UPGRADED) >= 0;
  }
}
