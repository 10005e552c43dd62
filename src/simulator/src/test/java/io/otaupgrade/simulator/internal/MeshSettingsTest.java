package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.air.Disturbances.LossOf;
import io.otaupgrade.simulator.internal.device.AfterUpgrade;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.device.ImageSlot;
import io.otaupgrade.simulator.internal.device.PeriodField;
import io.otaupgrade.zcl.ZclStatus;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshSettingsTest {

  @Test
  void theDefaultsAreThoseOfTheMetatype() {
    Map<String, Object> defaults = new HashMap<>();
    for (Method key : MeshConfiguration.class.getDeclaredMethods()) {
      defaults.put(key.getName(), key.getDefaultValue());
    }
    assertThat(MeshSettings.of("m", defaults)).isEqualTo(MeshSettings.defaults("m"));
  }

  @Test
  void everyKeyThatIsReadIsInTheMetatypeAndTheOtherWayRound() {
    Set<String> read = new TreeSet<>();
    MeshSettings.of(
        "m",
        new AbstractMap<String, Object>() {
          @Override
          public Set<Entry<String, Object>> entrySet() {
            return Set.of();
          }

          @Override
          public Object get(Object key) {
            read.add((String) key);
            return super.get(key);
          }
        });
    Set<String> known = new TreeSet<>();
    Arrays.stream(MeshConfiguration.class.getDeclaredMethods())
        .map(Method::getName)
        .forEach(known::add);
    assertThat(read).isEqualTo(known);
  }

  @Test
  void aConfigurationFileSaysEverythingInWords() {
    Map<String, Object> file = new HashMap<>();
    file.put("mesh", " lab ");
    file.put("devices", "200");
    file.put("hops", "3");
    file.put("sleepy", "20");
    file.put("loss", "0.02");
    file.put("lossReported", "true");
    file.put("lossOf", "blockResponses");
    file.put("page", "TRUE");
    file.put("seed", "-7");
    file.put("speed", "max");
    file.put("thinkTimeMs", "0");
    file.put("manufacturerCode", "0x10F2");
    file.put("imageType", "0x7b32");
    file.put("fileVersion", "0xFFFFFFFE");
    file.put("furtherImageTypes", "0x0007, 8");
    file.put("imagesTogether", "true");
    file.put("hardwareVersion", "0x0203");
    file.put("modelIdentifier", "S1 (5501)");
    file.put("manufacturerName", "ubisys");
    file.put("maximumDataSize", "64");
    file.put("periodField", "claimed_but_missing");
    file.put("endStatus", "requireMoreImage");
    file.put("afterUpgrade", "NEVER_COMES_BACK");
    file.put("rebootAtOffset", "1000");
    file.put("framesInFlight", "2");
    file.put("fastChannel", "true");
    file.put("autoStart", "false");

    MeshSettings settings = MeshSettings.of("ignored", file);

    assertThat(settings.mesh()).isEqualTo("lab");
    assertThat(settings.devices()).isEqualTo(200);
    assertThat(settings.sleepy()).isEqualTo(20);
    assertThat(settings.hops()).isEqualTo(3);
    assertThat(settings.seed()).isEqualTo(-7);
    assertThat(settings.speed()).isEqualTo(Speed.MAX);
    assertThat(settings.autoStart()).isFalse();
    assertThat(settings.conditions().instant()).isTrue();
    assertThat(settings.conditions().disturbances().loss()).isEqualTo(0.02);
    assertThat(settings.conditions().disturbances().lossReported()).isTrue();
    assertThat(settings.conditions().disturbances().lossOf()).isEqualTo(LossOf.BLOCK_RESPONSES);
    assertThat(settings.limits()).isEqualTo(new RadioLimits(2, 2));
    assertThat(settings.profile())
        .isEqualTo(
            DeviceProfile.builder()
                .pageSize(1_024)
                .thinkTime(Duration.ZERO)
                .manufacturerCode(0x10F2)
                .images(
                    new ImageSlot(0x7B32, 0xFFFF_FFFEL),
                    new ImageSlot(7, 0xFFFF_FFFEL),
                    new ImageSlot(8, 0xFFFF_FFFEL))
                .imagesTogether(true)
                .hardwareVersion(0x0203)
                .modelIdentifier("S1 (5501)")
                .manufacturerName("ubisys")
                .maximumDataSize(64)
                .periodField(PeriodField.CLAIMED_BUT_MISSING)
                .endStatus(ZclStatus.REQUIRE_MORE_IMAGE)
                .afterUpgrade(AfterUpgrade.NEVER_COMES_BACK)
                .rebootAtOffset(1_000)
                .build());
  }

  @Test
  void furtherImageTypesMayBeAnArrayOrACollection() {
    List<ImageSlot> expected =
        List.of(new ImageSlot(1, 1), new ImageSlot(5, 1), new ImageSlot(6, 1));
    assertThat(
            MeshSettings.of("m", Map.of("furtherImageTypes", new int[] {5, 6})).profile().images())
        .isEqualTo(expected);
    assertThat(
            MeshSettings.of("m", Map.of("furtherImageTypes", List.of("5", "6"))).profile().images())
        .isEqualTo(expected);
  }

  @Test
  void millisecondsMayHaveFractions() {
    MeshSettings settings =
        MeshSettings.of("m", Map.of("thinkTimeMs", 0.3, "fastFrameMs", "10.25"));
    assertThat(settings.profile().thinkTime()).isEqualTo(Duration.ofNanos(300_000));
    assertThat(settings.conditions().delay()).isEqualTo(Duration.ofNanos(10_250_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "devices | 2001 | devices must be 0..2000, was 2001",
        "devices | many | devices must be a number 0..2000, was many",
        "sleepy | 11 | sleepy must be 0..10, was 11",
        "hops | 0 | hops must be 1..30, was 0",
        "loss | 1.5 | loss must be 0..1, was 1.5",
        "loss | NaN | loss must be 0..1, was NaN",
        "loss | little | loss must be a number 0..1, was little",
        "lossReported | yes | lossReported must be true or false, was yes",
        "speed | warp | speed must be one of [real, fast, max], was warp",
        "lossOf | some | lossOf must be one of [all, blockResponses], was some",
        "maximumDataSize | 11 | maximumDataSize must be 12..255, was 11",
        "fileVersion | 0x100000000 | fileVersion must be 0..4294967295, was 0x100000000",
        "manufacturerCode | 0xFFFF | manufacturerCode must be 0..65534, was 0xFFFF",
        "thinkTimeMs | -1 | thinkTimeMs must be 0..2147483647, was -1",
        "thinkTimeMs | soon | thinkTimeMs must be a number 0..2147483647, was soon",
        "rebootSeconds | 0 | rebootSeconds must be 1..2147483647, was 0",
      })
  void aBadValueIsRefusedWithKeyValueAndWhatIsAllowed(String key, String value, String message) {
    assertThatThrownBy(() -> MeshSettings.of("m", Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
