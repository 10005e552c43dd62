package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Query Device Specific File Request (ZCL rev 8 §11.13.11)")
class DeviceSpecificFileTest {

  private static final int CREDENTIALS = 0xFFC0;

  private final Stage stage = new Stage();
  private final Eui64 owner = new Eui64(0x1122334455667788L);
  private final Stage.Device meter = stage.join(owner.value(), 0x1A2B);
  private final Stage.Device other = stage.join(5, 0x0505);

  private void register() {
    stage.registry.register(TestImage.forDevice(owner, MANUFACTURER, CREDENTIALS, 1, 300), LAMP, 1);
  }

  private OtaRequest query(Eui64 device, int imageType, long version) {
    return new OtaRequest.QueryDeviceSpecificFile(device, MANUFACTURER, imageType, version, 2);
  }

  private OtaRequest block(int offset) {
    return new OtaRequest.ImageBlock(
        MANUFACTURER, CREDENTIALS, 1, offset, 50, Optional.of(owner), OptionalInt.empty());
  }

  @Test
  void theDeviceOfTheHeaderGetsItsFile() {
    register();
    // made by hand
    assertThat(meter.asks("01 5C 08 88 77 66 55 44 33 22 11 7C 11 C0 FF 01 00 00 00 02 00"))
        .isEqualTo("195C09007C11C0FF010000002C010000");
    assertThat(meter.asks(block(0))).startsWith("190105007C11C0FF01000000");
    assertThat(
            meter.asks(
                OtaRequest.UpgradeEnd.of(
                    io.otaupgrade.zcl.ZclStatus.SUCCESS,
                    new ImageId(MANUFACTURER, CREDENTIALS, 1))))
        .startsWith("1902077C11C0FF01000000");
    assertThat(meter.upgrade().state()).isEqualTo(UpgradeState.ACTIVATING);
  }

  @Test
  void anyVersionMayBeAskedFor() {
    register();
    assertThat(meter.asks(query(owner, CREDENTIALS, 0xFFFF_FFFFL))).startsWith("19010900");
    assertThat(meter.asks(query(owner, CREDENTIALS, 2))).isEqualTo("19020998");
  }

  @Test
  void nobodyGetsTheFileOfAnother() {
    register();
    assertThat(other.asks(query(owner, CREDENTIALS, 1))).isEqualTo("19010998");
    assertThat(other.asks(query(other.eui64, CREDENTIALS, 1))).isEqualTo("19020998");
    stage.afterStartGrace();
    assertThat(other.asks(block(0))).isEqualTo("18030B0398");
    assertThat(stage.server.statistics().blocks()).isZero();
  }

  @Test
  void onlyDeviceSpecificTypesAreAskedForThisWay() {
    stage.registry.register(TestImage.forDevice(owner, MANUFACTURER, 1, 1, 300), LAMP, 1);
    assertThat(meter.asks(query(owner, 1, 1))).isEqualTo("19010998");
    assertThat(meter.asks(query(owner, 0xFFFF, 1))).isEqualTo("19020998");
  }

  @Test
  void aSenderNobodyKnowsGetsNone() {
    register();
    meter.isKnown = false;
    meter.hears();
    meter.sends(query(owner, CREDENTIALS, 1));
    stage.advance(Duration.ofSeconds(2));
    assertThat(meter.hears()).containsExactly("19010998");
  }

  @Test
  void theVersionOfTheFirmwareSaysNothingAboutSuchAFile() {
    register();
    meter.asks(query(owner, CREDENTIALS, 1));
    meter.asks(
        OtaRequest.UpgradeEnd.of(
            io.otaupgrade.zcl.ZclStatus.SUCCESS, new ImageId(MANUFACTURER, CREDENTIALS, 1)));
    meter.hears();
    meter.event(io.otaupgrade.api.radio.NodeEvent.Kind.ANNOUNCED);
    assertThat(meter.hears()).isEmpty();
    stage.advance(Duration.ofMinutes(11));
    assertThat(meter.upgrade().state()).isEqualTo(UpgradeState.APPLIED_UNCONFIRMED);
  }
}
