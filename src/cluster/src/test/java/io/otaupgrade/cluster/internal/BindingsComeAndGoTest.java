package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose bundle has the device bindings may be started later, or updated amidst transfers. */
class BindingsComeAndGoTest {

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, 3000);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private ImageRegistration registerForLamp() {
    return stage.registry.register(image, LAMP, lamp.networkAddress);
  }

  private void startDownload() {
    lamp.queries(OLD);
    lamp.downloads(0, 500);
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
  }

  @Test
  void whileTheyAreAwayTransfersOutliveTheRemovalOfAnotherImage() {
    registerForLamp();
    TestImage plugs = TestImage.of(MANUFACTURER, 0x99, 5, 300);
    ImageRegistration other = stage.registry.register(plugs, "plug.c4z", 77);
    startDownload();

    stage.takeBindingsAway();
    stage.registry.removeRegistration(other);
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);

    stage.bringBindings();
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
  }

  @Test
  void whileTheyAreAwayATransferEndsWithTheRegistrationOfItsImage() {
    ImageRegistration registration = registerForLamp();
    startDownload();

    stage.takeBindingsAway();
    stage.registry.removeRegistration(registration);
    assertThat(lamp.upgrade().reason()).isEqualTo(UpgradeReason.IMAGE_WITHDRAWN);
  }

  @Test
  void devicesAreNotifiedWhenTheyCome() {
    stage.takeBindingsAway();
    registerForLamp();
    assertThat(lamp.hears()).isEmpty();

    stage.bringBindings();
    assertThat(lamp.hears()).containsExactly("1901000064");
  }

  @Test
  void aDeviceThatHasItsWholeImageIsToldToRunItWhenTheyCome() {
    registerForLamp();
    stage.takeBindingsAway();
    stage.restartServer();
    String wait =
        lamp.asks(
            OtaRequest.UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(MANUFACTURER, TYPE, NEW)));
    assertThat(wait).endsWith("FFFFFFFF");

    stage.bringBindings();
    stage.advance(Duration.ofSeconds(1));
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.ACTIVATING);
    assertThat(lamp.hears()).isNotEmpty();
  }
}
