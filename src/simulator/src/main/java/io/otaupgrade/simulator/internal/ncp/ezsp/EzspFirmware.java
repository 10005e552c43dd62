package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.ncp.Board;
import io.otaupgrade.simulator.internal.ncp.CommandQueue;
import io.otaupgrade.simulator.internal.ncp.Firmware;
import io.otaupgrade.simulator.internal.ncp.NcpSettings;
import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Joined;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Security;
import io.otaupgrade.zcl.Eui64;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Silicon Labs network co-processor: {@link AshLink} towards the host, {@link Stack} towards the
 * mesh, and here the frames of EZSP between them.
 */
public final class EzspFirmware implements Firmware, AshLink.Upper {

  private static final Logger LOG = LoggerFactory.getLogger(EzspFirmware.class);

  private static final int MESH_STACK = 2;
  private static final int EXTENDED_HEADER_REST = 3;
  private static final int FORMAT_MASK = 0x03;
  private static final int FROM_NCP = 0x80;
  private static final int NETWORK_INDEX_MASK = 0x60;

  // EzspStatus, as the reasons of invalidCommand
  private static final int ERROR_VERSION_NOT_SET = 0x30;
  private static final int ERROR_INVALID_FRAME_ID = 0x31;
  private static final int ERROR_WRONG_DIRECTION = 0x32;
  private static final int ERROR_TRUNCATED = 0x33;

  private final Board board;
  private final EzspVersion version;
  private final EzspFrameId.Table frames;
  private final StackMemory memory = new StackMemory();
  private final CommandQueue commandQueue;
  private final AshLink link;
  private final Callbacks callbacks;
  private final EzspInput in = new EzspInput();
  private final EzspOutput out;

  private Stack stack;
  private EzspCommands commands;
  private boolean versionAgreed;
  private Wire host = octets -> {};

  /** A co-processor that has just been switched on. */
  public EzspFirmware(Board board) {
    this.board = board;
    NcpSettings settings = board.settings();
    version = EzspVersion.of(settings.ezspVersion());
    frames = EzspFrameId.table(version);
    commandQueue = new CommandQueue(board.loop(), settings.turnaround());
    link = new AshLink(board.loop(), octets -> host.write(octets), this, board.faults());
    callbacks = new Callbacks(link, version);
    out = new EzspOutput(version);
    if (settings.formed()) {
      memory.join(asFormed(settings));
    }
    stack = new Stack(board, memory, callbacks);
    commands = new EzspCommands(stack, version, in, out);
  }

  /** The network as a usual host would have formed it: link keys hashed from a secret one. */
  private Joined asFormed(NcpSettings settings) {
    byte[] secret = new byte[EzspOutput.KEY_OCTETS];
    board.random().nextBytes(secret);
    Joined joined =
        new Joined(
            settings.network(),
            new Security(
                NetworkCommands.USUAL_SECURITY,
                HexFormat.of().formatHex(secret),
                /* keySequence= */ 0));
    joined.transmitPower = 8;
    joined.channelMask = NetworkCommands.ALL_CHANNELS;
    return joined;
  }

  // ---- the line

  @Override
  public void attached(Wire wire) {
    host = wire;
  }

  @Override
  public void detached() {
    host = octets -> {};
  }

  @Override
  public void received(ByteBuffer octets) {
    link.accept(octets);
  }

  @Override
  public void reset() {
    link.restart(Ash.RESET_WATCHDOG);
  }

  @Override
  public void restarted() {
    board.radio().stop();
    commandQueue.clear();
    callbacks.clear();
    versionAgreed = false;
    stack.stop();
    stack = new Stack(board, memory, callbacks);
    commands = new EzspCommands(stack, version, in, out);
  }

  // ---- commands

  @Override
  public void receivedFrame(ByteBuffer command) {
    if (commandQueue.isInstant()) {
      run(command);
    } else {
      ByteBuffer copy = ByteBuffer.allocate(command.remaining()).put(command).flip();
      commandQueue.add(() -> run(copy));
    }
  }

  private void run(ByteBuffer command) {
    int sequence = command.get() & 0xFF;
    int control = command.get() & 0xFF;
    boolean extended =
        command.remaining() >= EXTENDED_HEADER_REST
            && (command.get(command.position()) & FORMAT_MASK) == Callbacks.EXTENDED;
    callbacks.commandSeen(sequence);
    int id;
    if (extended) {
      command.get();
      id = (command.get() & 0xFF) | (command.get() & 0xFF) << 8;
    } else {
      id = command.get() & 0xFF;
    }
    in.of(command);
    Header header = new Header(sequence, control, extended);
    if ((control & FROM_NCP) != 0) {
      refuse(header, ERROR_WRONG_DIRECTION);
    } else if (id == EzspFrameId.VERSION.id()) {
      version(header);
    } else if (!versionAgreed || !extended) {
      refuse(header, ERROR_VERSION_NOT_SET);
    } else if (id == EzspFrameId.CALLBACK.id()) {
      callback(header);
    } else {
      run(header, frames.of(id), id);
    }
  }

  /** What a response says again of its command. */
  private record Header(int sequence, int control, boolean extended) {}

  private void run(Header header, EzspFrameId command, int id) {
    AshFrame response = begin(header, id);
    try {
      if (commands.run(command)) {
        link.respond(response);
        return;
      }
      refuse(header, ERROR_INVALID_FRAME_ID);
    } catch (BufferUnderflowException tooShort) {
      refuse(header, ERROR_TRUNCATED);
    } catch (BufferOverflowException tooLong) {
      LOG.debug("The response to {} does not fit into a frame", command);
      refuse(header, ERROR_TRUNCATED);
    }
    link.giveBack(response);
  }

  private AshFrame begin(Header header, int id) {
    AshFrame response = link.frame();
    out.to(response.data())
        .u8(header.sequence())
        .u8(callbacks.responseControl() | (header.control() & NETWORK_INDEX_MASK));
    if (header.extended()) {
      out.u8(Callbacks.EXTENDED).u16(id);
    } else {
      out.u8(id);
    }
    return response;
  }

  private void version(Header header) {
    AshFrame response = begin(header, EzspFrameId.VERSION.id());
    if (in.remaining() == 0) {
      link.giveBack(response);
      refuse(header, ERROR_TRUNCATED);
      return;
    }
    versionAgreed = in.u8() == version.number();
    out.u8(version.number()).u8(MESH_STACK).u16(version.stackVersion());
    link.respond(response);
  }

  private void callback(Header header) {
    if (!callbacks.giveOne()) {
      link.respond(begin(header, EzspFrameId.NO_CALLBACKS.id()));
    }
  }

  /** The reason is an EzspStatus even where statuses are sl_status_t, but as wide as these. */
  private void refuse(Header header, int reason) {
    AshFrame response = begin(header, EzspFrameId.INVALID_COMMAND.id());
    if (version.isModern()) {
      out.u32(reason);
    } else {
      out.u8(reason);
    }
    link.respond(response);
  }

  // ---- the mesh

  @Override
  public void received(ApsFrame frame) {
    stack.received(frame);
  }

  @Override
  public void confirmed(int tag, Confirmation confirmation) {
    stack.confirmed(tag, confirmation);
  }

  @Override
  public void joined(Eui64 device, int networkAddress) {
    stack.joined(device, networkAddress);
  }

  @Override
  public void left(Eui64 device) {
    stack.left(device);
  }
}
