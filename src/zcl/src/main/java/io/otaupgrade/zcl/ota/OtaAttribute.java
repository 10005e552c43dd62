package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.ZclDataType;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The attributes of the OTA Upgrade cluster (ZCL rev 8 §11.10), which are on the client; the server
 * has ClusterRevision alone. They are read-only and none is manufacturer specific.
 */
public enum OtaAttribute {
  UPGRADE_SERVER_ID(0x0000, ZclDataType.EUI64, true, -1),
  /** The next octet wanted. */
  FILE_OFFSET(0x0001, ZclDataType.UINT32, false, 0xFFFF_FFFFL),
  /** The version of the image that runs. */
  CURRENT_FILE_VERSION(0x0002, ZclDataType.UINT32, false, 0xFFFF_FFFFL),
  CURRENT_ZIGBEE_STACK_VERSION(0x0003, ZclDataType.UINT16, false, 0xFFFF),
  DOWNLOADED_FILE_VERSION(0x0004, ZclDataType.UINT32, false, 0xFFFF_FFFFL),
  DOWNLOADED_ZIGBEE_STACK_VERSION(0x0005, ZclDataType.UINT16, false, 0xFFFF),
  /** A {@link ImageUpgradeStatus}. */
  IMAGE_UPGRADE_STATUS(0x0006, ZclDataType.ENUM8, true, 0x00),
  MANUFACTURER_ID(0x0007, ZclDataType.UINT16, false),
  /**
   * The image being downloaded or waiting, {@link OtaCluster#ANY_IMAGE_TYPE} when there is none.
   */
  IMAGE_TYPE_ID(0x0008, ZclDataType.UINT16, false),
  /**
   * Milliseconds between block requests at least, 0 to 0xFFFE; devices of cluster revision 2 took
   * it as seconds.
   */
  MINIMUM_BLOCK_PERIOD(0x0009, ZclDataType.UINT16, false, 0),
  /** A checksum that tells builds of the same version apart. */
  IMAGE_STAMP(0x000A, ZclDataType.UINT32, false),
  /** 0: the server may tell it to activate, 1: only someone at the device. */
  UPGRADE_ACTIVATION_POLICY(0x000B, ZclDataType.ENUM8, false, 0),
  /** 0: it upgrades when no Upgrade End Response comes, 1: it does not. */
  UPGRADE_TIMEOUT_POLICY(0x000C, ZclDataType.ENUM8, false, 0),
  CLUSTER_REVISION(0xFFFD, ZclDataType.UINT16, true);

  private final int id;
  private final ZclDataType type;
  private final boolean mandatory;
  private final OptionalLong defaultValue;

  OtaAttribute(int id, ZclDataType type, boolean mandatory, long defaultValue) {
    this(id, type, mandatory, OptionalLong.of(defaultValue));
  }

  OtaAttribute(int id, ZclDataType type, boolean mandatory) {
    this(id, type, mandatory, OptionalLong.empty());
  }

  OtaAttribute(int id, ZclDataType type, boolean mandatory, OptionalLong defaultValue) {
    this.id = id;
    this.type = type;
    this.mandatory = mandatory;
    this.defaultValue = defaultValue;
  }

  public int id() {
    return id;
  }

  public ZclDataType type() {
    return type;
  }

  public boolean mandatory() {
    return mandatory;
  }

  /** What it is before anything happened; the address of all ones is −1. */
  public OptionalLong defaultValue() {
    return defaultValue;
  }

  public static Optional<OtaAttribute> of(int id) {
    for (OtaAttribute attribute : values()) {
      if (attribute.id == id) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }
}
