package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes in is delivered, and breaks nothing. */
class MalformedFramesPropertyTest {

  private static final int NODE = 0x1111;

  @Provide
  Arbitrary<Integer> clusters() {
    return Arbitraries.oneOf(
        Arbitraries.of(ZdoCluster.values()).map(ZdoCluster::id),
        Arbitraries.integers().between(0, 0xFFFF));
  }

  @Property(tries = 3000)
  void noZdoFrameBreaksAnything(
      @ForAll @From("clusters") int cluster,
      @ForAll @Size(max = 90) byte[] payload,
      @ForAll @IntRange(max = 0xFFFF) int address,
      @ForAll boolean known) {
    MeshKit kit = MeshKit.up();
    FakeNode lamp = new FakeNode(kit, 0x00124b0000000001L, NODE);
    lamp.announce();
    kit.mesh.lookUp(0x2222, Duration.ofSeconds(3), answer -> {});
    kit.received.clear();
    receive(kit, address, known, 0, cluster, payload);
    receive(kit, NODE, known, 0, cluster, payload);
    assertThat(kit.received).hasSize(2);
    kit.pass(Duration.ofMinutes(1));
    assertThat(kit.driver.broken).isEmpty();
  }

  @Property(tries = 2000)
  void noAnswerToAnInterviewBreaksAnything(
      @ForAll @Size(max = 40) byte[] payload, @ForAll @IntRange(max = 5) int question) {
    MeshKit kit = MeshKit.up();
    FakeNode lamp = new FakeNode(kit, 0x00124b0000000001L, NODE);
    int[] heard = {0};
    lamp.hears =
        frame -> {
          if (heard[0]++ < question) {
            return true;
          }
          // The right sequence number, and then anything.
          ByteBuffer answer = ByteBuffer.allocate(payload.length + 3);
          boolean zdo = frame.profile() == 0;
          if (zdo) {
            answer.put(frame.payload().get(0));
          } else {
            answer.put((byte) 0x18).put(frame.payload().get(1)).put((byte) 1);
          }
          answer.put(payload).flip();
          lamp.say(frame.profile(), zdo ? frame.cluster() | 0x8000 : frame.cluster(), answer);
          return false;
        };
    FakeNode.join(kit, lamp);
    lamp.announce();
    kit.pass(Duration.ofMinutes(2));
    assertThat(kit.driver.broken).isEmpty();
    assertThat(kit.mesh.node(lamp.eui64)).isPresent();
  }

  private static void receive(
      MeshKit kit, int address, boolean known, int profile, int cluster, byte[] payload) {
    kit.driver
        .events()
        .received(
            ApsFrame.from(
                address,
                known ? Optional.of(new Eui64(0x77)) : Optional.empty(),
                0,
                0,
                profile,
                cluster,
                9,
                ByteBuffer.wrap(payload)));
  }
}
