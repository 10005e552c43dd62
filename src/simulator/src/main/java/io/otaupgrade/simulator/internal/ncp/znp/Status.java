package io.otaupgrade.simulator.internal.ncp.znp;

/** Statuses of Z-Stack, as they are on the line. */
final class Status {

  static final int SUCCESS = 0x00;
  static final int FAILURE = 0x01;
  static final int INVALID_PARAMETER = 0x02;
  static final int NV_ITEM_UNINIT = 0x09;
  static final int NV_OPER_FAILED = 0x0A;
  static final int NV_BAD_ITEM_LEN = 0x0C;
  static final int BUFFER_FULL = 0x11;
  static final int NOT_SUPPORTED = 0x84;
  static final int APS_NO_ACK = 0xB7;
  static final int APS_DUPLICATE_ENTRY = 0xB8;
  static final int NWK_INVALID_REQUEST = 0xC2;
  static final int NWK_NO_ROUTE = 0xCD;
  static final int MAC_NO_ACK = 0xE9;

  /** Of extended items: there is no such item. */
  static final int NVINTF_NOTFOUND = 10;

  static final int NVINTF_BADLENGTH = 5;
  static final int NVINTF_BADOFFSET = 6;
  static final int NVINTF_EXIST = 13;

  private Status() {}
}
