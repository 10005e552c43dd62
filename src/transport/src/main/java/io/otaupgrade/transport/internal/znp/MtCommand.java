package io.otaupgrade.transport.internal.znp;

import java.util.Arrays;

/**
 * The commands that are used here, named and numbered as TI's "Z-Stack Monitor and Test API" does.
 */
enum MtCommand {
  SYS_RESET_REQ(Type.AREQ, Subsystem.SYS, 0x00),
  SYS_PING(Type.SREQ, Subsystem.SYS, 0x01),
  SYS_VERSION(Type.SREQ, Subsystem.SYS, 0x02),
  SYS_OSAL_NV_ITEM_INIT(Type.SREQ, Subsystem.SYS, 0x07),
  SYS_OSAL_NV_DELETE(Type.SREQ, Subsystem.SYS, 0x12),
  SYS_OSAL_NV_LENGTH(Type.SREQ, Subsystem.SYS, 0x13),
  SYS_OSAL_NV_READ_EXT(Type.SREQ, Subsystem.SYS, 0x1C),
  SYS_OSAL_NV_WRITE_EXT(Type.SREQ, Subsystem.SYS, 0x1D),
  SYS_RESET_IND(Type.AREQ, Subsystem.SYS, 0x80),

  AF_REGISTER(Type.SREQ, Subsystem.AF, 0x00),
  AF_DATA_REQUEST(Type.SREQ, Subsystem.AF, 0x01),
  AF_DELETE(Type.SREQ, Subsystem.AF, 0x04),
  AF_DATA_CONFIRM(Type.AREQ, Subsystem.AF, 0x80),
  AF_INCOMING_MSG(Type.AREQ, Subsystem.AF, 0x81),
  AF_INCOMING_MSG_EXT(Type.AREQ, Subsystem.AF, 0x82),

  ZDO_MGMT_PERMIT_JOIN_REQ(Type.SREQ, Subsystem.ZDO, 0x36),
  ZDO_MSG_CB_REGISTER(Type.SREQ, Subsystem.ZDO, 0x3E),
  ZDO_STARTUP_FROM_APP(Type.SREQ, Subsystem.ZDO, 0x40),
  ZDO_EXT_ROUTE_DISC(Type.SREQ, Subsystem.ZDO, 0x45),
  ZDO_EXT_NWK_INFO(Type.SREQ, Subsystem.ZDO, 0x50),
  ZDO_STATE_CHANGE_IND(Type.AREQ, Subsystem.ZDO, 0xC0),
  ZDO_END_DEVICE_ANNCE_IND(Type.AREQ, Subsystem.ZDO, 0xC1),
  ZDO_SRC_RTG_IND(Type.AREQ, Subsystem.ZDO, 0xC4),
  ZDO_LEAVE_IND(Type.AREQ, Subsystem.ZDO, 0xC9),
  ZDO_TC_DEV_IND(Type.AREQ, Subsystem.ZDO, 0xCA),
  ZDO_MSG_CB_INCOMING(Type.AREQ, Subsystem.ZDO, 0xFF),

  UTIL_GET_DEVICE_INFO(Type.SREQ, Subsystem.UTIL, 0x00),

  APP_CNF_BDB_START_COMMISSIONING(Type.SREQ, Subsystem.APP_CNF, 0x05),
  APP_CNF_BDB_SET_CHANNEL(Type.SREQ, Subsystem.APP_CNF, 0x08),
  APP_CNF_BDB_COMMISSIONING_NOTIFICATION(Type.AREQ, Subsystem.APP_CNF, 0x80),

  /** Stands for all that are not in this table. */
  UNKNOWN(Type.POLL, Subsystem.RPC_ERROR, 0x00);

  /** The three upper bits of a frame's first command octet. */
  private enum Type {
    POLL(0x00),
    SREQ(0x20),
    AREQ(0x40),
    SRSP(0x60);

    private final int bits;

    Type(int bits) {
      this.bits = bits;
    }
  }

  /** The five lower bits of a frame's first command octet. */
  private enum Subsystem {
    RPC_ERROR(0x00),
    SYS(0x01),
    AF(0x04),
    ZDO(0x05),
    UTIL(0x07),
    APP_CNF(0x0F);

    private final int bits;

    Subsystem(int bits) {
      this.bits = bits;
    }
  }

  private static final int TYPE = 0xE0;
  private static final int SUBSYSTEM = 0x1F;
  private static final int COMMANDS_OF_A_SUBSYSTEM = 0x100;

  /** AREQs by subsystem and command. */
  private static final MtCommand[] INDICATIONS =
      new MtCommand[(SUBSYSTEM + 1) * COMMANDS_OF_A_SUBSYSTEM];

  static {
    Arrays.fill(INDICATIONS, UNKNOWN);
    for (MtCommand command : values()) {
      if (command.type == Type.AREQ) {
        INDICATIONS[index(command.cmd0, command.cmd1)] = command;
      }
    }
  }

  private final Type type;
  private final int cmd0;
  private final int cmd1;

  MtCommand(Type type, Subsystem subsystem, int id) {
    this.type = type;
    cmd0 = type.bits | subsystem.bits;
    cmd1 = id;
  }

  /** Type and subsystem, as on the line. */
  int cmd0() {
    return cmd0;
  }

  /** The command within its subsystem. */
  int cmd1() {
    return cmd1;
  }

  /** Whether a frame with these command octets is the answer to this request. */
  boolean isAnsweredBy(int answerCmd0, int answerCmd1) {
    return answerCmd0 == answerTo(cmd0) && answerCmd1 == cmd1;
  }

  /** The first command octet of the answer to a request that begins so. */
  static int answerTo(int requestCmd0) {
    return requestCmd0 | Type.SRSP.bits;
  }

  /** Whether a frame that begins so answers a request. */
  static boolean isAnswer(int cmd0) {
    return (cmd0 & TYPE) == Type.SRSP.bits;
  }

  /** Whether a frame that begins so tells of something by itself. */
  static boolean isIndication(int cmd0) {
    return (cmd0 & TYPE) == Type.AREQ.bits;
  }

  /** Whether an answer says that the co-processor does not understand a request. */
  static boolean isRpcError(int cmd0, int cmd1) {
    return cmd0 == Type.SRSP.bits && cmd1 == 0x00;
  }

  /** What a frame tells; {@link #UNKNOWN} for what is not in this table. */
  static MtCommand indication(int cmd0, int cmd1) {
    return INDICATIONS[index(cmd0, cmd1)];
  }

  private static int index(int cmd0, int cmd1) {
    return (cmd0 & SUBSYSTEM) * COMMANDS_OF_A_SUBSYSTEM + cmd1;
  }
}
