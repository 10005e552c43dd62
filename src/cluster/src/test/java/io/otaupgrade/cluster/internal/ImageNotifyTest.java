package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Image Notify (ZCL rev 8 §11.13.3)")
class ImageNotifyTest {

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, 300);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private ImageRegistration register() {
    return stage.registry.register(image, LAMP, lamp.networkAddress);
  }

  @Nested
  @DisplayName("to one device")
  class Unicast {

    @Test
    void isSentWhenAnImageForItIsRegistered() {
      register();
      List<FakeRadio.Sent> frames = lamp.frames();

      assertThat(frames).hasSize(1);
      // zigbee2mqtt#28607, raw, but for its sequence number 3
      assertThat(Stage.hex(frames.get(0).frame().payload())).isEqualTo("1901000064");
      assertThat(frames.get(0).frame().destinationEndpoint()).isEqualTo(11);
      assertThat(frames.get(0).frame().profile()).isEqualTo(0x0104);
    }

    @Test
    void isSentWhenItAnnouncesItself() {
      register();
      lamp.hears();
      stage.advance(Duration.ofMinutes(2));
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      assertThat(lamp.hears()).containsExactly("1902000064");
    }

    @Test
    void isSentWhenItIsBoundToTheDriver() {
      Stage.Device late = stage.join(5, 0x0505);
      register();
      assertThat(late.hears()).isEmpty();

      stage.table.bind(9, late.eui64, LAMP);
      stage.server.bindingsChanged(late.eui64);
      stage.radio.loop.runDue();

      assertThat(late.hears()).hasSize(1);
    }

    @Test
    void isSentWhenItIsDescribedAtLast() {
      register();
      Stage.Device fresh = stage.new Device(new Eui64(6), 0x0606);
      stage.table.bind(6, fresh.eui64, LAMP);
      stage.radio.nodes.put(
          fresh.eui64,
          new Node(fresh.eui64, 0x0606, true, true, Optional.empty(), Optional.empty(), List.of()));
      fresh.event(NodeEvent.Kind.JOINED);
      assertThat(fresh.hears()).isEmpty();

      fresh.describe(true, true);
      fresh.event(NodeEvent.Kind.DESCRIBED);

      assertThat(fresh.hears()).hasSize(1);
    }

    @Test
    void isSentWhenTheServerStarts() {
      register();
      stage.restartServer();
      assertThat(lamp.hears()).hasSize(2);
    }

    @Test
    void isSentAtMostOnceAMinuteAndThenNotForgotten() {
      register();
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      stage.advance(Duration.ofSeconds(59));
      assertThat(lamp.hears()).hasSize(1);
      stage.advance(Duration.ofSeconds(1));
      assertThat(lamp.hears()).hasSize(1);
      stage.advance(Duration.ofMinutes(10));
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void isNotSentToWhoIsAsleepOfflineOrNoClient() {
      lamp.describe(false, true);
      register();
      lamp.describe(true, false);
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      stage.radio.nodes.put(
          lamp.eui64,
          new Node(
              lamp.eui64,
              lamp.networkAddress,
              true,
              true,
              Optional.empty(),
              Optional.empty(),
              List.of(new NodeEndpoint(1, 0x0104, List.of(0x0019), List.of()))));
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      stage.advance(Duration.ofMinutes(2));
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void isNotSentToWhoHasNothingToGet() {
      Stage.Device blind = stage.join(5, 0x0505);
      lamp.queries(NEW);
      lamp.hears();
      register();
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      assertThat(blind.hears()).isEmpty();
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void isNotSentToADeviceThatDownloadsButToOneThatRestarted() {
      register();
      lamp.queries(OLD);
      lamp.downloads(0, 100);
      stage.advance(Duration.ofMinutes(2));
      lamp.hears();
      lamp.event(NodeEvent.Kind.DESCRIBED);
      assertThat(lamp.hears()).isEmpty();
      lamp.event(NodeEvent.Kind.ANNOUNCED);
      assertThat(lamp.hears()).hasSize(1);
    }

    @Test
    void usesTheCommonProfileForTouchlinkDevices() {
      stage.radio.nodes.put(
          lamp.eui64,
          new Node(
              lamp.eui64,
              lamp.networkAddress,
              true,
              true,
              Optional.empty(),
              Optional.empty(),
              List.of(new NodeEndpoint(3, 0xC05E, List.of(), List.of(0x0019)))));
      register();
      assertThat(lamp.frames().get(0).frame().profile()).isEqualTo(0x0104);
    }

    @Test
    void isSentAtOnceWhenSomebodyWantsIt() {
      register();
      lamp.hears();
      lamp.describe(false, true);
      assertThat(stage.server.notify(lamp.eui64)).isTrue();
      stage.radio.loop.runDue();
      assertThat(lamp.hears()).hasSize(1);
      assertThat(stage.server.notify(new Eui64(99))).isFalse();
    }
  }

  @Nested
  @DisplayName("to all")
  class Broadcast {

    private String broadcast(OptionalInt manufacturer, OptionalInt type, OptionalLong version) {
      lamp.hears();
      stage.server.broadcastNotify(new Notification(50, manufacturer, type, version));
      stage.radio.loop.runDue();
      FakeRadio.Sent sent = lamp.frames().get(0);
      assertThat(sent.frame().networkAddress()).isEqualTo(0xFFFD);
      assertThat(sent.frame().destinationEndpoint()).isEqualTo(0xFF);
      return Stage.hex(sent.frame().payload());
    }

    @Test
    void saysAsMuchAsIsGiven() {
      // made by hand after the layout of each payload type
      OptionalInt noNumber = OptionalInt.empty();
      OptionalInt manufacturer = OptionalInt.of(MANUFACTURER);
      OptionalInt type = OptionalInt.of(TYPE);
      OptionalLong noVersion = OptionalLong.empty();
      assertThat(broadcast(noNumber, noNumber, noVersion)).isEqualTo("1901000032");
      assertThat(broadcast(manufacturer, noNumber, noVersion)).isEqualTo("19020001327C11");
      assertThat(broadcast(manufacturer, type, noVersion)).isEqualTo("19030002327C110442");
      assertThat(broadcast(manufacturer, type, OptionalLong.of(NEW)))
          .isEqualTo("19040003327C11044223960220");
    }
  }
}
