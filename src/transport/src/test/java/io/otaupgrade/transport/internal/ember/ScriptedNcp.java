package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.NetworkSettings;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * A co-processor that answers each command as the test says, with its host: everything that is
 * around an {@link EmberCoProcessor}. Frames are put together here field by field, apart from the
 * code under test.
 */
final class ScriptedNcp implements CoProcessorHost, RadioEvents {

  static final Eui64 EUI64 = new Eui64(0x000d6f0012345678L);
  static final NetworkParameters NETWORK =
      new NetworkParameters(EUI64, 0, 20, 0x1a62, 0xdddddddd01020304L);

  /**
   * A command that came in.
   *
   * @param hex its parameters
   */
  record Command(int frameId, String hex) {
    ByteBuffer in() {
      return Octets.buffer(hex).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  final LinkCounters counters = new LinkCounters();
  final int version;
  final List<Command> commands = new ArrayList<>();
  final List<RadioFault> faults = new ArrayList<>();
  final List<String> progress = new ArrayList<>();
  final List<NetworkParameters> networks = new ArrayList<>();
  final List<ApsFrame> received = new ArrayList<>();
  final List<String> confirmed = new ArrayList<>();
  final List<String> devices = new ArrayList<>();

  /** By frame id: what the response is; an absent response is none at all. */
  final Map<Integer, Function<Command, Optional<byte[]>>> answers = new HashMap<>();

  NetworkSettings network = NetworkSettings.RESUME;
  EmberCoProcessor coProcessor;
  boolean silent;

  /** DATA frames that came from the host. */
  int dataFrames;

  private final AshDecoder decoder = new AshDecoder();
  private int expected;
  private int next;
  private int sequence;

  ScriptedNcp(int version) {
    this.version = version;
    answers.put(EzspFrame.VERSION, this::versionAnswer);
    answer(EzspFrame.GET_VALUE, status(0).u8(7).octets("8D 01 08 00 02 00 AA"));
    answer(EzspFrame.SET_CONFIGURATION_VALUE, status(0));
    answers.put(
        EzspFrame.GET_CONFIGURATION_VALUE,
        command -> Optional.of(status(0).u16(configured(command)).array()));
    answer(EzspFrame.SET_POLICY, status(0));
    answer(EzspFrame.SET_VALUE, status(0));
    answer(EzspFrame.ADD_ENDPOINT, status(0));
    answers.put(
        EzspFrame.NETWORK_INIT,
        command -> {
          stackStatus(version < 14 ? 0x90 : 0x15);
          return Optional.of(status(0).array());
        });
    answer(EzspFrame.SET_CONCENTRATOR, status(0));
    answer(EzspFrame.SET_SOURCE_ROUTE_DISCOVERY_MODE, Octets.of().u32(1000));
    answer(
        EzspFrame.GET_NETWORK_PARAMETERS,
        status(0)
            .u8(1)
            .octets("04 03 02 01 DD DD DD DD")
            .u16(0x1a62)
            .u8(8)
            .u8(20)
            .u8(0)
            .u16(0)
            .u8(0)
            .u32(0x07FFF800));
    answer(EzspFrame.GET_NODE_ID, Octets.of().u16(0));
    answer(EzspFrame.GET_EUI64, Octets.of().u64(EUI64.value()));
    answer(EzspFrame.NOP, Octets.of());
    answer(EzspFrame.SEND_UNICAST, status(0).u8(0x77));
    answer(EzspFrame.SEND_BROADCAST, status(0).u8(0x78));
    answer(EzspFrame.IMPORT_TRANSIENT_KEY, Octets.of().u32(0));
    answer(EzspFrame.CLEAR_TRANSIENT_LINK_KEYS, Octets.of());
    answer(EzspFrame.PERMIT_JOINING, status(0));
    coProcessor = new EmberCoProcessor(this, new Random(1), 1);
  }

  /** Started, on {@link #NETWORK}, with no commands noted. */
  static ScriptedNcp up(int version) {
    ScriptedNcp ncp = new ScriptedNcp(version);
    ncp.start();
    assertThat(ncp.faults).isEmpty();
    assertThat(ncp.networks).containsExactly(NETWORK);
    ncp.commands.clear();
    return ncp;
  }

  void start() {
    coProcessor.start();
    loop.advance(Duration.ofSeconds(1));
  }

  /** In this version's form: one octet, or four. */
  Octets status(int code) {
    return Octets.of().number(code, version < 14 ? 1 : 4);
  }

  void answer(int frameId, Octets response) {
    byte[] octets = response.array();
    answers.put(frameId, command -> Optional.of(octets));
  }

  void staySilentOn(int frameId) {
    answers.put(frameId, command -> Optional.empty());
  }

  List<Command> commands(int frameId) {
    return commands.stream().filter(command -> command.frameId() == frameId).toList();
  }

  /** Tells something by itself. */
  void callback(int frameId, Octets parameters) {
    loop.execute(() -> data(0x90, frameId, sequence, parameters.array()));
    loop.runDue();
  }

  void stackStatus(int code) {
    loop.execute(() -> data(0x90, EzspFrame.STACK_STATUS_HANDLER, sequence, status(code).array()));
  }

  /** Answers the last command within the call, as the line's reader thread would. */
  void respondAtOnce(int frameId, Octets response) {
    data(0x80, frameId, sequence, response.array());
  }

  /** An EZSP frame, as it is. */
  void raw(byte[] frame) {
    loop.execute(
        () -> {
          byte[] octets = frame.clone();
          AshCodec.randomise(octets, 0, octets.length);
          put(next << 4 | expected, octets);
          next = (next + 1) & 7;
        });
  }

  /** Octets from the line, as they are. */
  void line(String hex) {
    coProcessor.received(Octets.buffer(hex));
    loop.runDue();
  }

  private Optional<byte[]> versionAnswer(Command command) {
    return Optional.of(Octets.of().u8(version).u8(2).u16(0x7400).array());
  }

  private int configured(Command command) {
    return command.in().get(0) == EzspCommands.APS_UNICAST_MESSAGE_COUNT ? 16 : 255;
  }

  private void data(int control, int frameId, int of, byte[] parameters) {
    boolean legacy = frameId == EzspFrame.VERSION && commands(EzspFrame.VERSION).size() == 1;
    Octets frame = Octets.of().u8(of).u8(control);
    if (legacy) {
      frame.u8(frameId);
    } else {
      frame.u8(1).u16(frameId);
    }
    byte[] octets = frame.octets(parameters).array();
    AshCodec.randomise(octets, 0, octets.length);
    put(next << 4 | expected, octets);
    next = (next + 1) & 7;
  }

  private void put(int control, byte[] data) {
    if (silent) {
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(AshCodec.MAX_ENCODED);
    AshCodec.encode(out, control, data, data.length);
    coProcessor.received(out.flip());
  }

  @Override
  public void write(ByteBuffer octets) {
    while (decoder.next(octets) == AshDecoder.Found.FRAME) {
      int control = decoder.control();
      byte[] data = Arrays.copyOfRange(decoder.frame(), 1, 1 + decoder.dataLength());
      if (control == AshCodec.RST) {
        expected = 0;
        next = 0;
        loop.execute(() -> put(AshCodec.RSTACK, Octets.hex("02 0B")));
      } else if ((control & AshCodec.DATA_MASK) == 0) {
        dataFrames++;
        if (control >> 4 == expected) {
          expected = (expected + 1) & 7;
          AshCodec.randomise(data, 0, data.length);
          loop.execute(() -> command(data));
        } else {
          loop.execute(() -> put(AshCodec.ACK | expected, new byte[0]));
        }
      }
    }
  }

  private void command(byte[] frame) {
    boolean legacy = (frame[2] & 3) != 1;
    int frameId = legacy ? frame[2] & 0xFF : (frame[3] & 0xFF) | (frame[4] & 0xFF) << 8;
    Command command =
        new Command(frameId, Octets.text(Arrays.copyOfRange(frame, legacy ? 3 : 5, frame.length)));
    assertThat(legacy).isEqualTo(commands.isEmpty() && frameId == 0 && networks.isEmpty());
    commands.add(command);
    sequence = frame[0] & 0xFF;
    Function<Command, Optional<byte[]>> answer = answers.get(frameId);
    if (answer == null) {
      // EZSP_ERROR_INVALID_FRAME_ID
      data(0x80, EzspFrame.INVALID_COMMAND, sequence, Octets.of().u8(0x31).array());
    } else {
      answer
          .apply(command)
          .ifPresentOrElse(
              response -> data(0x80, frameId, frame[0] & 0xFF, response),
              () -> put(AshCodec.ACK | expected, new byte[0]));
    }
  }

  @Override
  public String mesh() {
    return "home";
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public RadioEvents events() {
    return this;
  }

  @Override
  public NetworkSettings network() {
    return network;
  }

  @Override
  public LinkCounters counters() {
    return counters;
  }

  @Override
  public void progress(String message) {
    progress.add(message);
  }

  @Override
  public void failed(RadioFault fault) {
    faults.add(fault);
    coProcessor.close();
  }

  @Override
  public void progress(String radio, RadioState state, String message) {
    throw new AssertionError("the driver's");
  }

  @Override
  public void networkUp(NetworkParameters parameters) {
    networks.add(parameters);
  }

  @Override
  public void networkDown(String reason) {
    throw new AssertionError("the driver's");
  }

  @Override
  public void received(ApsFrame frame) {
    received.add(frame);
  }

  @Override
  public void confirmed(int tag, Confirmation confirmation) {
    confirmed.add(tag + " " + confirmation);
  }

  @Override
  public void joined(Eui64 device, int networkAddress) {
    devices.add("joined " + device + " %04x".formatted(networkAddress));
  }

  @Override
  public void left(Eui64 device) {
    devices.add("left " + device);
  }
}
