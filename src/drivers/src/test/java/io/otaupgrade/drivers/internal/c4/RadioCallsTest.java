package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames to and from a driver's device, and the reflash lock. */
class RadioCallsTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void begin() {
    stage = new Stage(folder);
    stage.radio.node = Optional.of(stage.node(true));
    stage.runtime.addRadio(stage.radio);
    stage.runtime.addServer(stage.server);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private static ApsFrame frame(Optional<Eui64> from, int cluster, int... octets) {
    ByteBuffer payload = ByteBuffer.allocate(octets.length);
    for (int octet : octets) {
      payload.put((byte) octet);
    }
    return ApsFrame.from(Stage.LAMP_ADDRESS, from, 1, 2, 0x0104, cluster, 200, payload.flip());
  }

  private static final String HEARS =
      """
      function OnZigbeePacketIn(packet, profile, cluster, group, src, dst, euid)
        print("in", packet:byte(1), #packet, profile, cluster, group, src, dst, euid)
      end
      function OnZigbeePacketSuccess(packet, profile, cluster, group, src, dst, euid)
        print("success", packet, profile, cluster, group, src, dst)
      end
      function OnZigbeePacketFailed(packet, profile, cluster, group, src, dst, euid)
        print("failed", packet, profile, cluster, group, src, dst)
      end
      """;

  @Test
  void framesOfItsDeviceComeIn() {
    Stage.Running driver = stage.start(HEARS);
    Stage.Running other = stage.start(HEARS, 8, new Eui64(2));
    stage.runtime.received(frame(Optional.of(Stage.LAMP), 6, 0xFF, 0, 1));
    stage.runtime.received(frame(Optional.empty(), 6, 7));
    stage.runtime.received(frame(Optional.of(new Eui64(3)), 6, 7));
    assertThat(driver.printed)
        .containsExactly(
            "in\t255\t3\t260\t6\t0\t1\t2\t00124b0000112233",
            "in\t7\t1\t260\t6\t0\t1\t2\t00124b0000112233");
    assertThat(other.printed).isEmpty();
  }

  @Test
  void aDeviceThatSpeaksIsOnline() {
    stage.radio.node = Optional.of(stage.node(false));
    Stage.Running driver =
        stage.start("function OnZigbeeOnlineStatusChanged(status) print(status) end");
    stage.runtime.received(frame(Optional.of(Stage.LAMP), 6, 1));
    assertThat(driver.printed).containsExactly("OFFLINE", "ONLINE");
  }

  @Test
  void framesAreSentAndTheirOutcomeIsTold() {
    Stage.Running driver =
        stage.start(
            HEARS
                + """
                function OnDriverLateInit()
                  C4:SendZigbeePacket("\\1\\2", 0x0104, 6, 0, 1, 3)
                end
                function OnPropertyChanged() C4:SendZigbeePacket("x", 0x0104, 6, 0, 1, 3) end
                """);
    assertThat(stage.radio.sent).hasSize(1);
    ApsFrame sent = stage.radio.sent.get(0);
    assertThat(sent.networkAddress()).isEqualTo(Stage.LAMP_ADDRESS);
    assertThat(sent.sourceEndpoint()).isEqualTo(1);
    assertThat(sent.destinationEndpoint()).isEqualTo(3);
    assertThat(sent.profile()).isEqualTo(0x0104);
    assertThat(sent.cluster()).isEqualTo(6);
    assertThat(sent.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(stage.radio.priorities).containsExactly(Priority.CONTROL);
    stage.radio.outcome = Delivery.NO_ACK;
    driver.instance.setProperty("Level", "1");
    assertThat(driver.printed)
        .containsExactly("success\t\1\2\t260\t6\t0\t1\t3", "failed\tx\t260\t6\t0\t1\t3");
    assertThat(driver.calls.get(0))
        .isEqualTo("C4:SendZigbeePacket(\"0102\", 260, 6, 0, 1, 3, \"00124b0000112233\") ");
  }

  @Test
  void whatCannotBeSentFails() {
    Stage.Running driver =
        stage.start(
            HEARS
                + """
                C4:SendZigbeePacket("early", 0x0104, 6, 0, 1, 1)
                function OnPropertyChanged(name)
                  C4:SendZigbeePacket("group", 0x0104, 6, 5, 1, 1)
                  C4:SendZigbeePacket("range", 0x10104, 6, 0, 1, 1)
                end
                """);
    driver.instance.setProperty("Level", "1");
    stage.runtime.removeRadio(stage.radio);
    driver.instance.setProperty("Level", "2");
    assertThat(stage.radio.sent).isEmpty();
    assertThat(driver.printed)
        .containsExactly(
            "failed\tgroup\t260\t6\t5\t1\t1",
            "failed\trange\t65796\t6\t0\t1\t1",
            "failed\tgroup\t260\t6\t5\t1\t1",
            "failed\trange\t65796\t6\t0\t1\t1");
    assertThat(driver.logged)
        .contains(
            "WARN C4:SendZigbeePacket cannot be called before OnDriverInit is over",
            "WARN C4:SendZigbeePacket: groups are not served",
            "WARN C4:SendZigbeePacket: the radio is not there");
  }

  @Test
  void aPacketThatIsTooLongForAnyRadioFailsAndIsNotKept() {
    Stage.Running driver =
        stage.start(
            HEARS
                + """
                function OnDriverLateInit()
                  C4:SendZigbeePacket(("x"):rep(255), 0x0104, 6, 0, 1, 1)
                  C4:SendZigbeePacket(("x"):rep(256), 0x0104, 6, 0, 1, 1)
                end
                """);
    assertThat(stage.radio.sent).hasSize(1);
    assertThat(driver.printed).contains("failed\t\t260\t6\t0\t1\t1");
    assertThat(driver.logged)
        .containsExactly("WARN C4:SendZigbeePacket: a packet of 256 octets, at most 255");
  }

  private static final String LOCKS =
      """
      function OnReflashLockGranted() print("granted") end
      function OnReflashLockRevoked() print("revoked") end
      function OnPropertyChanged(name)
        local what = Properties[name]
        if what == "request" then C4:RequestReflashLock() end
        if what == "keep" then C4:KeepReflashLock() end
        if what == "release" then C4:ReleaseReflashLock() end
        if what == "send" then C4:SendZigbeePacket("x", 0x0104, 0x0019, 0, 1, 1) end
      end
      """;

  @Test
  void theReflashLockIsOneDriversAndLastsAMinuteUnlessItIsKept() {
    Stage.Running one = stage.start(LOCKS);
    Stage.Running other = stage.start(LOCKS, 8, new Eui64(2));
    one.instance.setProperty("Level", "request");
    other.instance.setProperty("Level", "request");
    other.instance.setProperty("Level", "request");
    assertThat(one.printed).containsExactly("granted");
    assertThat(other.printed).isEmpty();
    stage.advance(Duration.ofSeconds(50));
    one.instance.setProperty("Level", "keep");
    other.instance.setProperty("Level", "keep");
    stage.advance(Duration.ofSeconds(50));
    assertThat(one.printed).containsExactly("granted");
    stage.advance(Duration.ofSeconds(10));
    assertThat(one.printed).containsExactly("granted", "revoked");
    assertThat(other.printed).containsExactly("granted");
    one.instance.setProperty("Level", "request");
    other.instance.setProperty("Level", "release");
    assertThat(one.printed).containsExactly("granted", "revoked", "granted");
    one.instance.close();
    stage.advance(Duration.ofMinutes(5));
    assertThat(other.printed).containsExactly("granted");
  }

  @Test
  void aDriverThatServesItsDeviceHoldsIt() {
    Stage.Running driver = stage.start(LOCKS);
    driver.instance.setProperty("Level", "send");
    assertThat(stage.server.held).isNull();
    driver.instance.setProperty("Level", "request");
    assertThat(stage.server.held).isNull();
    driver.instance.setProperty("Level", "send");
    assertThat(stage.server.held).isEqualTo(Duration.ofSeconds(60));
    driver.instance.setProperty("Level", "send");
    driver.instance.setProperty("Level", "keep");
    assertThat(stage.server.renewed).isEqualTo(2);
    assertThat(stage.radio.priorities).containsOnly(Priority.OTA);
    driver.instance.setProperty("Level", "release");
    assertThat(stage.server.held).isNull();
    driver.instance.setProperty("Level", "request");
    driver.instance.setProperty("Level", "send");
    assertThat(stage.server.held).isNotNull();
    stage.advance(Duration.ofSeconds(61));
    assertThat(driver.printed).containsExactly("granted", "granted", "revoked");
    assertThat(stage.server.held).isNull();
    driver.instance.setProperty("Level", "request");
    driver.instance.setProperty("Level", "send");
    driver.instance.close();
    assertThat(stage.server.held).isNull();
  }
}
