package io.otaupgrade.simulator.internal.ncp.znp;

import static io.otaupgrade.simulator.internal.ncp.znp.ApplicationFramework.u16;
import static io.otaupgrade.simulator.internal.ncp.znp.ApplicationFramework.u8;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.ncp.Board;
import io.otaupgrade.simulator.internal.ncp.CommandQueue;
import io.otaupgrade.simulator.internal.ncp.Firmware;
import io.otaupgrade.simulator.internal.ncp.NcpSettings;
import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.simulator.internal.time.Alarm;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Z-Stack 3.x.0 as a ZNP: takes commands, passes them to their subsystems, and does those of SYS,
 * UTIL and APP_CNF itself.
 */
public final class ZnpFirmware implements Firmware {

  private static final Logger LOG = LoggerFactory.getLogger(ZnpFirmware.class);

  private static final int TYPE_AND_SUBSYSTEM = 0xFF00;
  private static final int SYS = 0x2100;
  private static final int AF = 0x2400;
  private static final int ZDO = 0x2500;
  private static final int UTIL = 0x2700;
  private static final int APP_CNF = 0x2F00;

  private static final int SYS_RESET_REQ = 0x4100;
  private static final int SYS_RESET_IND = 0x4180;
  private static final int RPC_ERROR = 0x6000;
  private static final int ERROR_SUBSYSTEM = 1;
  private static final int ERROR_COMMAND = 2;
  private static final int ERROR_LENGTH = 4;

  private static final int PRODUCT_3_X_0 = 1;
  private static final int MAJOR = 2;
  private static final int MINOR = 7;
  private static final int MAINTENANCE = 1;
  private static final long REVISION = 20_240_710;
  private static final int TRANSPORT_REVISION = 2;

  /** SYS, AF, ZDO, UTIL, GP and APP_CNF. */
  private static final int CAPABILITIES = 0x0659;

  private static final int RESET_POWER_UP = 0;
  private static final int RESET_WATCHDOG = 2;

  /** From a reset to the indication that it is over. */
  static final Duration BOOT = Duration.ofMillis(300);

  /** An answer's data, less the status and the length of what was read. */
  private static final int MAXIMUM_READ = UnpiReader.MAXIMUM_DATA - 2;

  private static final int SEED_OCTETS = 16;
  private static final int ALL_DEVICE_TYPES = 0b111;
  private static final int UNKNOWN_ADDRESS = 0xFFFE;
  private static final int FORMATION = 1 << 2;

  private final Board board;
  private final UnpiWriter host = new UnpiWriter();
  private final UnpiReader reader = new UnpiReader(this::frame);
  private final CommandQueue commands;
  private final NvMemory nv;
  private final Outbox outbox;
  private final ZnpStack stack;
  private final ApplicationFramework af;
  private final DeviceObjects zdo;
  private final Alarm boot;
  private boolean booting;
  private int resetReason;

  /** A stick that has just been plugged in. */
  public ZnpFirmware(Board board) {
    this.board = board;
    NcpSettings settings = board.settings();
    commands = new CommandQueue(board.loop(), settings.turnaround());
    byte[] seed = new byte[SEED_OCTETS];
    board.random().nextBytes(seed);
    nv = new NvMemory(board.radio().eui64(), seed);
    if (settings.formed()) {
      nv.formedByATool(settings.network());
    }
    outbox = new Outbox(board.radio(), settings.buffers());
    stack = new ZnpStack(board, nv, host);
    af = new ApplicationFramework(board.radio(), board.loop(), host, outbox);
    zdo = new DeviceObjects(board.radio(), nv, stack, host, outbox, af);
    boot = new Alarm(board.loop(), this::booted);
  }

  /** The response to a synchronous request. */
  static int response(int command) {
    return command + 0x4000;
  }

  // ---- the host comes, goes, and resets

  @Override
  public void attached(Wire wire) {
    host.to(wire);
  }

  @Override
  public void detached() {
    host.toNobody();
  }

  @Override
  public void reset() {
    reset(RESET_WATCHDOG);
  }

  private void reset(int reason) {
    board.radio().stop();
    commands.clear();
    outbox.clear();
    stack.reset();
    af.reset();
    zdo.reset();
    nv.start();
    booting = true;
    resetReason = reason;
    boot.set(BOOT);
  }

  private void booted() {
    booting = false;
    reader.reset();
    host.begin(SYS_RESET_IND)
        .u8(resetReason)
        .u8(TRANSPORT_REVISION)
        .u8(PRODUCT_3_X_0)
        .u8(MAJOR)
        .u8(MINOR)
        .u8(MAINTENANCE)
        .send();
  }

  // ---- commands

  @Override
  public void received(ByteBuffer octets) {
    if (!booting) {
      reader.read(octets);
    }
  }

  private void frame(int command, ByteBuffer data) {
    if (booting || board.faults().losesFrame()) {
      return;
    }
    int times = board.faults().repeatsFrame() ? 2 : 1;
    for (int i = 0; i < times; i++) {
      if (commands.isInstant()) {
        perform(command, data.duplicate().order(ByteOrder.LITTLE_ENDIAN));
      } else {
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(data.duplicate()).flip();
        commands.add(() -> perform(command, copy));
      }
    }
  }

  private void perform(int command, ByteBuffer data) {
    try {
      if (command == SYS_RESET_REQ) {
        reset(RESET_POWER_UP);
        return;
      }
      boolean done =
          switch (command & TYPE_AND_SUBSYSTEM) {
            case AF -> af.command(command, data);
            case ZDO -> zdo.command(command, data);
            case SYS -> system(command, data);
            case UTIL -> utility(command, data);
            case APP_CNF -> configuration(command, data);
            default -> {
              refuse(command, ERROR_SUBSYSTEM);
              yield true;
            }
          };
      if (!done) {
        refuse(command, ERROR_COMMAND);
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException tooShort) {
      LOG.trace("command too short", tooShort);
      refuse(command, ERROR_LENGTH);
    }
  }

  /** Asynchronous requests are not answered, not even when they are wrong. */
  private void refuse(int command, int error) {
    LOG.debug("no command {} of this length: error {}", String.format("%04x", command), error);
    if (command >> 13 == 1) {
      host.begin(RPC_ERROR).u8(error).u8(command >> 8).u8(command).send();
    }
  }

  private void answer(int command, int status) {
    host.begin(response(command)).u8(status).send();
  }

  private boolean system(int command, ByteBuffer in) {
    switch (command) {
      case 0x2101 -> host.begin(response(command)).u16(CAPABILITIES).send();
      case 0x2102 ->
          host.begin(response(command))
              .u8(TRANSPORT_REVISION)
              .u8(PRODUCT_3_X_0)
              .u8(MAJOR)
              .u8(MINOR)
              .u8(MAINTENANCE)
              .u32(REVISION)
              .send();
      case 0x2104 -> host.begin(response(command)).eui64(board.radio().eui64()).send();
      case 0x2107 -> nvItemInit(command, in);
      case 0x2108 -> nvRead(command, u16(in), u8(in));
      case 0x211C -> nvRead(command, u16(in), u16(in));
      case 0x2109 -> nvWrite(command, u16(in), u8(in), u8(in), in);
      case 0x211D -> nvWrite(command, u16(in), u16(in), u16(in), in);
      case 0x2112 -> nvDelete(command, u16(in), u16(in));
      case 0x2113 -> host.begin(response(command)).u16(nvLength(u16(in))).send();
      case 0x210C -> host.begin(response(command)).u16(board.random().nextInt(1 << 16)).send();
      case 0x210F -> {
        u8(in); // what to tune; the power that is set is what was asked for
        answer(command, u8(in));
      }
      case 0x2114 -> answer(command, u8(in));
      case 0x2130 -> extendedCreate(command, u8(in), u16(in), u16(in), in.getInt());
      case 0x2131 -> extendedDelete(command, u8(in), u16(in), u16(in));
      case 0x2132 ->
          host.begin(response(command))
              .u32(nv.item(u8(in), u16(in), u16(in)).map(item -> item.length).orElse(0))
              .send();
      case 0x2133 -> extendedRead(command, u8(in), u16(in), u16(in), u16(in), u8(in));
      case 0x2134 -> extendedWrite(command, u8(in), u16(in), u16(in), u16(in), u8(in), in);
      case 0x2135 -> extendedWrite(command, u8(in), u16(in), u16(in), 0, u8(in), in);
      case 0x2136 -> answer(command, Status.SUCCESS);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void nvItemInit(int command, ByteBuffer in) {
    int id = u16(in);
    int octets = u16(in);
    byte[] beginning = new byte[u8(in)];
    in.get(beginning);
    if (nv.item(id).isPresent()) {
      answer(command, Status.SUCCESS);
    } else if (octets == 0) {
      answer(command, Status.NV_OPER_FAILED);
    } else {
      nv.create(id, octets, beginning);
      answer(command, Status.NV_ITEM_UNINIT);
    }
  }

  private int nvLength(int id) {
    return nv.item(id).map(item -> item.length).orElse(0);
  }

  private void nvRead(int command, int id, int offset) {
    Optional<byte[]> item = nv.item(id).filter(value -> value.length > offset);
    if (item.isEmpty()) {
      host.begin(response(command)).u8(Status.INVALID_PARAMETER).u8(0).send();
      return;
    }
    int octets = Math.min(item.get().length - offset, MAXIMUM_READ);
    host.begin(response(command))
        .u8(Status.SUCCESS)
        .u8(octets)
        .octets(item.get(), offset, octets)
        .send();
  }

  private void nvWrite(int command, int id, int offset, int octets, ByteBuffer in) {
    Optional<byte[]> item = nv.item(id).filter(value -> value.length >= offset + octets);
    if (item.isEmpty()) {
      answer(command, Status.INVALID_PARAMETER);
      return;
    }
    in.get(item.get(), offset, octets);
    answer(command, Status.SUCCESS);
  }

  private void nvDelete(int command, int id, int octets) {
    int present = nvLength(id);
    if (present == 0) {
      answer(command, Status.NV_ITEM_UNINIT);
    } else if (present != octets) {
      answer(command, Status.NV_BAD_ITEM_LEN);
    } else {
      nv.delete(id);
      answer(command, Status.SUCCESS);
    }
  }

  private void extendedCreate(int command, int system, int item, int sub, int octets) {
    if (octets <= 0 || octets > 0xFFFF) {
      answer(command, Status.NVINTF_BADLENGTH);
    } else if (nv.item(system, item, sub).isPresent()) {
      answer(command, Status.NVINTF_EXIST);
    } else {
      nv.put(system, item, sub, new byte[octets]);
      answer(command, Status.SUCCESS);
    }
  }

  private void extendedDelete(int command, int system, int item, int sub) {
    boolean there = nv.item(system, item, sub).isPresent();
    nv.delete(system, item, sub);
    answer(command, there ? Status.SUCCESS : Status.NVINTF_NOTFOUND);
  }

  private void extendedRead(int command, int system, int item, int sub, int offset, int octets) {
    Optional<byte[]> value = nv.item(system, item, sub);
    int read = Math.min(octets, MAXIMUM_READ);
    int status =
        value.isEmpty()
            ? Status.NVINTF_NOTFOUND
            : value.get().length < offset + read ? Status.NVINTF_BADOFFSET : Status.SUCCESS;
    if (status != Status.SUCCESS) {
      host.begin(response(command)).u8(status).u8(0).send();
      return;
    }
    host.begin(response(command)).u8(status).u8(read).octets(value.get(), offset, read).send();
  }

  private void extendedWrite(
      int command, int system, int item, int sub, int offset, int octets, ByteBuffer in) {
    byte[] old = nv.item(system, item, sub).orElse(new byte[0]);
    byte[] value = Arrays.copyOf(old, Math.max(old.length, offset + octets));
    in.get(value, offset, octets);
    nv.put(system, item, sub, value);
    answer(command, Status.SUCCESS);
  }

  private boolean utility(int command, ByteBuffer in) {
    switch (command) {
      case 0x2700 -> deviceInfo(command);
      case 0x2701 ->
          host.begin(response(command))
              .u8(Status.SUCCESS)
              .eui64(board.radio().eui64())
              .u32(nv.number(NvMemory.CHANLIST, 4, 0))
              .u16((int) nv.number(NvMemory.PANID, 2, 0xFFFF))
              .u8(5) // security level
              .octets(nv.item(NvMemory.PRECFGKEY).orElse(new byte[SEED_OCTETS]), 0, SEED_OCTETS)
              .send();
      case 0x2709 -> host.begin(response(command)).u32(board.loop().nanos() / 1_000_000_000).send();
      case 0x2710 -> host.begin(response(command)).octets(in).send();
      case 0x2740 ->
          host.begin(response(command)).u16(zdo.networkAddress(new Eui64(in.getLong()))).send();
      case 0x2741 -> host.begin(response(command)).eui64(zdo.eui64(u16(in))).send();
      case 0x2748 -> host.begin(response(command)).u16(0).send();
      case 0x274A -> {
        Eui64 device = new Eui64(in.getLong());
        host.begin(response(command))
            .u16(zdo.networkAddress(device))
            .u16(0xFFFF)
            .u8(DeviceObjects.relation())
            .send();
      }
      case 0x2706, 0x270A, 0x2763, 0x2764 -> answer(command, Status.SUCCESS);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void deviceInfo(int command) {
    host.begin(response(command))
        .u8(Status.SUCCESS)
        .eui64(board.radio().eui64())
        .u16(stack.state() == ZnpStack.COORDINATOR ? 0 : UNKNOWN_ADDRESS)
        .u8(ALL_DEVICE_TYPES)
        .u8(stack.state())
        .u8(0) // no children of its own
        .send();
  }

  private boolean configuration(int command, ByteBuffer in) {
    switch (command) {
      case 0x2F05 -> {
        int mode = u8(in);
        answer(command, Status.SUCCESS);
        if ((mode & FORMATION) != 0) {
          stack.form();
        } else if (mode == 0) {
          stack.startup(0);
        }
      }
      case 0x2F08 -> {
        boolean primary = u8(in) != 0;
        int channels = in.getInt();
        if (primary) {
          stack.primaryChannels(channels);
        }
        answer(command, Status.SUCCESS);
      }
      case 0x2F03, 0x2F04, 0x2F06, 0x2F07, 0x2F09, 0x2FFF -> answer(command, Status.SUCCESS);
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- the mesh

  @Override
  public void received(ApsFrame frame) {
    if (frame.profile() == ZdoCluster.PROFILE) {
      zdo.received(frame);
    } else {
      af.received(frame);
    }
  }

  @Override
  public void confirmed(int tag, Confirmation confirmation) {
    int asked = outbox.settle(tag);
    if (asked != Outbox.NOBODY && asked != Outbox.UNREPORTED) {
      af.confirmed(asked, confirmation);
    }
  }

  @Override
  public void joined(Eui64 device, int networkAddress) {
    zdo.joined(device, networkAddress);
  }

  @Override
  public void left(Eui64 device) {
    zdo.left(device);
  }
}
