package io.otaupgrade.zcl.ota;

/** The numbers of the OTA Upgrade cluster (ZCL rev 8 §11). */
public final class OtaCluster {
  public static final int ID = 0x0019;

  // Command identifiers, server to client.
  public static final int IMAGE_NOTIFY = 0x00;
  public static final int QUERY_NEXT_IMAGE_RESPONSE = 0x02;
  public static final int IMAGE_BLOCK_RESPONSE = 0x05;
  public static final int UPGRADE_END_RESPONSE = 0x07;
  public static final int QUERY_DEVICE_SPECIFIC_FILE_RESPONSE = 0x09;

  // Command identifiers, client to server.
  public static final int QUERY_NEXT_IMAGE_REQUEST = 0x01;
  public static final int IMAGE_BLOCK_REQUEST = 0x03;
  public static final int IMAGE_PAGE_REQUEST = 0x04;
  public static final int UPGRADE_END_REQUEST = 0x06;
  public static final int QUERY_DEVICE_SPECIFIC_FILE_REQUEST = 0x08;

  /** Any manufacturer: in an Upgrade End Response, and in some files' headers. */
  public static final int ANY_MANUFACTURER = 0xFFFF;

  /** Any image type: in an Upgrade End Response; as a client's attribute, none just now. */
  public static final int ANY_IMAGE_TYPE = 0xFFFF;

  /** Any version: in an Upgrade End Response; never the version of a file. */
  public static final long ANY_FILE_VERSION = 0xFFFF_FFFFL;

  /** The last of the image types that a manufacturer gives out, which begin at 0x0000. */
  public static final int LAST_MANUFACTURER_IMAGE_TYPE = 0xFFBF;

  public static final int CLIENT_SECURITY_CREDENTIALS = 0xFFC0;
  public static final int CLIENT_CONFIGURATION = 0xFFC1;
  public static final int SERVER_LOG = 0xFFC2;
  public static final int PICTURE = 0xFFC3;

  /** The last of the image types a device specific file can have, which begin at 0xFFC0. */
  public static final int LAST_DEVICE_SPECIFIC_IMAGE_TYPE = 0xFFFE;

  /** As an upgrade time: do not upgrade until another Upgrade End Response comes. */
  public static final long WAIT_FOR_COMMAND = 0xFFFF_FFFFL;

  /** The largest MinimumBlockPeriod. */
  public static final int MAX_MINIMUM_BLOCK_PERIOD = 0xFFFE;

  private OtaCluster() {}
}
