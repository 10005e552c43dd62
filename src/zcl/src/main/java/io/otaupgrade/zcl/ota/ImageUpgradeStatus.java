package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.internal.CodeTable;
import java.util.Optional;

/** What a client is doing: the values of {@link OtaAttribute#IMAGE_UPGRADE_STATUS}. */
public enum ImageUpgradeStatus {
  NORMAL(0x00),
  DOWNLOAD_IN_PROGRESS(0x01),
  DOWNLOAD_COMPLETE(0x02),
  /** Told to wait for a further Upgrade End Response. */
  WAITING_TO_UPGRADE(0x03),
  COUNT_DOWN(0x04),
  /** More files belong to this upgrade. */
  WAIT_FOR_MORE(0x05),
  /** Stacks disagree on this value: with some it is 0x05, with some 0x06 means a reset. */
  WAITING_TO_UPGRADE_VIA_EXTERNAL_EVENT(0x06);

  private static final CodeTable<ImageUpgradeStatus> BY_CODE =
      new CodeTable<>(values(), ImageUpgradeStatus::code);

  private final int code;

  ImageUpgradeStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Empty for a reserved code. */
  public static Optional<ImageUpgradeStatus> of(int code) {
    return BY_CODE.of(code);
  }
}
