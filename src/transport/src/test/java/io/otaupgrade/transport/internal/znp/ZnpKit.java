package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.NetworkSettings;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The protocol under test between a scripted co-processor and a host that writes things down. */
final class ZnpKit {

  final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  final ScriptedZnp znp = new ScriptedZnp(loop);
  final LinkCounters counters = new LinkCounters();
  final List<String> progress = new ArrayList<>();
  final List<RadioFault> faults = new ArrayList<>();

  /** What was told of the mesh, but for frames. */
  final List<String> events = new ArrayList<>();

  final List<NetworkParameters> networks = new ArrayList<>();
  final List<ApsFrame> frames = new ArrayList<>();
  NetworkSettings settings = NetworkSettings.RESUME;
  final ZnpCoProcessor coProcessor;

  ZnpKit() {
    coProcessor = new ZnpCoProcessor(new Host(), new Random(7));
    znp.host = coProcessor::received;
  }

  /** On its network, with nothing written down yet but that. */
  static ZnpKit up() {
    ZnpKit kit = new ZnpKit();
    kit.start(Duration.ofSeconds(5));
    if (kit.networks.isEmpty()) {
      throw new AssertionError("not up: " + kit.faults + kit.progress);
    }
    kit.znp.asked.clear();
    return kit;
  }

  void start(Duration within) {
    coProcessor.start();
    loop.runUntil(() -> !networks.isEmpty() || !faults.isEmpty(), within);
  }

  void send(int tag, ApsFrame frame) {
    coProcessor.send(tag, frame, TxOptions.ACKNOWLEDGED);
  }

  void told(String commandAndData) {
    znp.tell(commandAndData);
    loop.runDue();
  }

  static ApsFrame frame(int address, int octets) {
    return ApsFrame.to(address, 1, 2, 0x0104, 0x0019, ByteBuffer.allocate(octets));
  }

  static String asdu(ApsFrame frame) {
    byte[] octets = new byte[frame.payload().remaining()];
    frame.payload().duplicate().get(octets);
    return HexFormat.of().formatHex(octets);
  }

  private final class Host implements CoProcessorHost, RadioEvents {

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
      return settings;
    }

    @Override
    public LinkCounters counters() {
      return counters;
    }

    @Override
    public void write(ByteBuffer octets) {
      znp.received(octets);
    }

    @Override
    public void progress(String message) {
      progress.add(message);
    }

    @Override
    public void failed(RadioFault fault) {
      faults.add(fault);
      // As the driver does it.
      loop.execute(coProcessor::close);
    }

    @Override
    public void progress(String radio, RadioState state, String message) {
      throw new AssertionError("the driver's matter");
    }

    @Override
    public void networkUp(NetworkParameters network) {
      networks.add(network);
    }

    @Override
    public void networkDown(String reason) {
      throw new AssertionError("the driver's matter");
    }

    @Override
    public void received(ApsFrame frame) {
      frames.add(frame);
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      events.add(tag + " " + confirmation);
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      events.add("joined " + device + " " + Integer.toHexString(networkAddress));
    }

    @Override
    public void left(Eui64 device) {
      events.add("left " + device);
    }
  }
}
