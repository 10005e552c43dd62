package io.otaupgrade.zcl;

/** The Basic cluster (ZCL rev 8 §3.2), as far as it tells devices apart. */
public final class BasicCluster {
  public static final int ID = 0x0000;

  /** Attribute, character string of at most 32 octets. */
  public static final int MANUFACTURER_NAME = 0x0004;

  /** Attribute, character string of at most 32 octets. */
  public static final int MODEL_IDENTIFIER = 0x0005;

  private BasicCluster() {}
}
