package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/** The transport on a driver that does what it should. */
class FakeRadioTest extends RadioContract {

  private final MeshKit kit = MeshKit.up();
  private final FakeNode lamp = new FakeNode(kit, 0x00124b0000000001L, 0x1111);

  @BeforeEach
  void theLampIsThere() {
    FakeNode.join(kit, lamp);
    lamp.announce();
  }

  @Override
  RadioTransport radio() {
    return kit.mesh;
  }

  @Override
  Eui64 peer() {
    return lamp.eui64;
  }

  @Override
  int peerAddress() {
    return lamp.address;
  }

  @Override
  void peerSays(int profile, int cluster, ByteBuffer payload) {
    lamp.say(profile, cluster, payload);
  }

  @Override
  List<ApsFrame> peerHeard() {
    return lamp.heard.stream()
        .filter(frame -> frame.destinationEndpoint() == 1 && frame.cluster() == 0x0006)
        .toList();
  }

  @Override
  List<ApsFrame> received() {
    return kit.received;
  }

  @Override
  void passUntil(BooleanSupplier condition) {
    kit.loop.runUntil(condition, PATIENCE);
  }
}
