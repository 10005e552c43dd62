package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A protocol whose decisions are the test's. */
final class FakeProtocol implements CoProcessor {

  static final NetworkParameters NETWORK =
      new NetworkParameters(new Eui64(0x00124b0000c00000L), 0, 15, 0x1a62, 0xdddddddd01020304L);

  final CoProcessorHost host;

  /** What was asked of it, in order, and by whom. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  volatile Runnable onStart = () -> {};
  volatile Runnable onReceive = () -> {};

  FakeProtocol(CoProcessorHost host) {
    this.host = host;
  }

  void networkUp() {
    host.events().networkUp(NETWORK);
  }

  private String where() {
    return host.loop().inLoop() ? "" : " on " + Thread.currentThread().getName();
  }

  @Override
  public void start() {
    calls.add("start" + where());
    onStart.run();
  }

  @Override
  public void received(ByteBuffer octets) {
    byte[] copy = new byte[octets.remaining()];
    octets.get(copy);
    calls.add("received " + HexFormat.of().formatHex(copy) + where());
    onReceive.run();
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    calls.add("send " + tag + where());
  }

  @Override
  public RadioLimits limits() {
    return new RadioLimits(7, 3);
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return 82;
  }

  @Override
  public void permitJoin(Duration duration) {
    calls.add("permitJoin " + duration.toSeconds() + where());
  }

  @Override
  public void close() {
    calls.add("close" + where());
  }
}
