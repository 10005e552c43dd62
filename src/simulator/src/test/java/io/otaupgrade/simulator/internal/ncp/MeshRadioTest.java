package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeshRadioTest {

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final List<String> events = new ArrayList<>();

  /** Writes down what it is told. */
  private final class Recorder implements Firmware {
    @Override
    public void attached(Wire wire) {
      throw new AssertionError("no line here");
    }

    @Override
    public void received(ByteBuffer octets) {
      throw new AssertionError("no line here");
    }

    @Override
    public void detached() {
      throw new AssertionError("no line here");
    }

    @Override
    public void reset() {
      throw new AssertionError("no line here");
    }

    @Override
    public void received(ApsFrame frame) {
      events.add(
          frame.profile() == ZdoCluster.PROFILE
              ? ZdoCluster.of(frame.cluster()).orElseThrow().name()
              : frame.cluster() == OtaCluster.ID ? "OTA" : "other");
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      events.add(tag + " " + confirmation);
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      events.add("joined");
    }

    @Override
    public void left(Eui64 device) {
      events.add("left");
    }
  }

  private NcpSettings settings(Map<String, Object> keys) {
    Map<String, Object> all = new HashMap<>(keys);
    all.put("listen", "tcp://127.0.0.1:0");
    all.putIfAbsent("devices", 3);
    all.putIfAbsent("fastChannel", true);
    return NcpSettings.of("test", all);
  }

  private MeshRadio radio(NcpSettings settings) {
    MeshRadio radio = new MeshRadio(settings, loop);
    radio.powerOn(new Recorder());
    return radio;
  }

  private long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  @Test
  void membersOfAFormedNetworkAnnounceThemselvesAndDoNotJoin() {
    NcpSettings settings = settings(Map.of());
    MeshRadio radio = radio(settings);
    loop.advance(Duration.ofMinutes(1));
    assertThat(events).as("the radio is off").isEmpty();
    radio.start(settings.network());
    loop.advance(Duration.ofSeconds(5));
    assertThat(events).containsExactly("DEVICE_ANNCE", "DEVICE_ANNCE", "DEVICE_ANNCE");
  }

  @Test
  void silentMembersAreFirstHeardWhenTheyLookForAServer() {
    NcpSettings settings = settings(Map.of("announce", false));
    radio(settings).start(settings.network());
    loop.advance(Duration.ofSeconds(30));
    assertThat(events).contains("MATCH_DESC_REQ").doesNotContain("DEVICE_ANNCE", "joined");
  }

  @Test
  void othersWaitUntilTheNetworkIsOpen() {
    NcpSettings settings = settings(Map.of("members", false, "joinSpacingMs", 1_000));
    MeshRadio radio = radio(settings);
    radio.start(settings.network());
    loop.advance(Duration.ofMinutes(1));
    assertThat(events).isEmpty();
    radio.permitJoin(Duration.ofMillis(2_500));
    loop.advance(Duration.ofMinutes(1));
    assertThat(count("joined")).as("the third came too late").isEqualTo(2);
    radio.permitJoin(Duration.ofSeconds(60));
    radio.permitJoin(Duration.ZERO);
    loop.advance(Duration.ofMinutes(2));
    assertThat(count("joined")).isEqualTo(2);
    radio.permitJoin(Duration.ofSeconds(60));
    loop.advance(Duration.ofMinutes(2));
    assertThat(count("joined")).isEqualTo(3);
  }

  @Test
  void anotherNetworkHasNoMembersAndTakesThemWhenItIsOpen() {
    NcpSettings settings = settings(Map.of());
    MeshRadio radio = radio(settings);
    radio.start(settings.network());
    loop.advance(Duration.ofSeconds(1));
    radio.stop();
    events.clear();
    radio.start(new Network(20, 0x1234, 5, NcpSettings.DEFAULT_KEY));
    loop.advance(Duration.ofHours(1));
    assertThat(events).isEmpty();
    radio.permitJoin(Duration.ofSeconds(60));
    loop.advance(Duration.ofSeconds(1));
    assertThat(count("joined")).isEqualTo(3);
  }

  @Test
  void membersThatHadNotAppearedWhenTheRadioStoppedDoSoWhenItStartsAgain() {
    NcpSettings settings = settings(Map.of("joinSpacingMs", 1_000));
    MeshRadio radio = radio(settings);
    radio.start(settings.network());
    loop.advance(Duration.ofMillis(1_500));
    radio.stop();
    loop.advance(Duration.ofMinutes(1));
    assertThat(count("DEVICE_ANNCE")).isEqualTo(1);
    radio.start(settings.network());
    loop.advance(Duration.ofMinutes(1));
    assertThat(count("DEVICE_ANNCE")).isEqualTo(3);
  }

  @Test
  void nothingSentBeforeItStoppedIsConfirmedAfterwards() {
    NcpSettings settings = settings(Map.of("devices", 1, "fastChannel", false));
    MeshRadio radio = radio(settings);
    radio.start(settings.network());
    loop.advance(Duration.ofSeconds(1));
    int address = radio.networkAddress(radio.mesh().devices().get(0).eui64()).orElseThrow();
    ApsFrame frame = ApsFrame.to(address, 1, 1, 0x0104, 0x0006, ByteBuffer.allocate(3));
    events.clear();
    radio.send(7, frame, TxOptions.ACKNOWLEDGED);
    radio.stop();
    radio.start(settings.network());
    radio.send(8, frame, TxOptions.ACKNOWLEDGED);
    loop.advance(Duration.ofSeconds(1));
    assertThat(events).contains("8 DELIVERED").doesNotContain("7 DELIVERED");
  }

  @Test
  void whatCannotBeSentIsRefused() {
    NcpSettings settings = settings(Map.of("devices", 1));
    MeshRadio radio = radio(settings);
    ApsFrame frame = ApsFrame.to(0x0000, 1, 1, 0x0104, 0x0006, ByteBuffer.allocate(3));
    radio.send(1, frame, TxOptions.ACKNOWLEDGED);
    radio.start(settings.network());
    radio.send(2, frame, TxOptions.ACKNOWLEDGED);
    loop.runDue();
    assertThat(events).containsExactly("1 REFUSED", "2 REFUSED");
  }
}
