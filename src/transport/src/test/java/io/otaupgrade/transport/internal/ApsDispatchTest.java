package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.ApsFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApsDispatchTest {

  private final List<String> heard = new ArrayList<>();
  private final List<ApsSubscription> subscriptions = new ArrayList<>();

  private void listen(String name, Map<String, ?> properties) {
    subscriptions.add(new ApsSubscription(frame -> heard.add(name), properties));
  }

  private List<String> hear(int profile, int cluster, int endpoint) {
    heard.clear();
    new ApsDispatch(subscriptions)
        .deliver(
            ApsFrame.from(
                1, Optional.empty(), 9, endpoint, profile, cluster, 0, ByteBuffer.allocate(0)));
    return List.copyOf(heard);
  }

  @Test
  void aListenerHearsWhatItsPropertiesName() {
    listen("all", Map.of());
    listen("ota", Map.of("cluster", 0x0019));
    listen("ota on 1", Map.of("cluster", 0x0019, "endpoint", 1));
    listen("home", Map.of("profile", 0x0104));
    listen("both", Map.of("cluster", new int[] {0x0019, 0x0006}, "profile", List.of(0x0104)));
    assertThat(hear(0x0104, 0x0019, 1))
        .containsExactlyInAnyOrder("all", "ota", "ota on 1", "home", "both");
    assertThat(hear(0x0109, 0x0019, 13)).containsExactlyInAnyOrder("all", "ota");
    assertThat(hear(0x0104, 0x0006, 1)).containsExactlyInAnyOrder("all", "home", "both");
    assertThat(hear(0xC05E, 0x0500, 1)).containsExactly("all");
    assertThat(hear(0xFFFF, 0xFFFF, 0)).containsExactly("all");
  }

  @Test
  void aListenerThatNamesAClusterTwiceHearsItOnce() {
    listen("ota", Map.of("cluster", new int[] {0x0019, 0x0019}));
    assertThat(hear(0x0104, 0x0019, 1)).containsExactly("ota");
  }

  @Test
  void aListenerThatNamesNoClusterAtAllHearsNothing() {
    listen("none", Map.of("cluster", new int[0]));
    assertThat(hear(0x0104, 0x0019, 1)).isEmpty();
  }

  @Test
  void aListenerMayNameItsMeshes() {
    assertThat(subscription(Map.of()).wantsMesh("attic")).isTrue();
    assertThat(subscription(Map.of("mesh", "attic")).wantsMesh("attic")).isTrue();
    assertThat(subscription(Map.of("mesh", "cellar")).wantsMesh("attic")).isFalse();
    assertThat(subscription(Map.of("mesh", new String[] {"x", "attic"})).wantsMesh("attic"))
        .isTrue();
  }

  static List<Object> numbers() {
    return List.of(
        0xC05E,
        0xC05EL,
        (short) 0xC05E,
        "49246",
        " 0xC05E ",
        new int[] {1, 0xC05E},
        new short[] {(short) 0xC05E},
        new Integer[] {0xC05E},
        new Long[] {0xC05EL},
        new String[] {"0xc05e"},
        List.of(0xC05E, 1L),
        Set.of("0xC05E"));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void anyKindOfNumberWillDo(Object value) {
    listen("light link", Map.of("profile", value));
    assertThat(hear(0xC05E, 0x0019, 1)).containsExactly("light link");
    assertThat(hear(0x0109, 0x0019, 1)).isEmpty();
  }

  @Test
  void aByteCountsAsUnsigned() {
    listen("endpoint 242", Map.of("endpoint", (byte) 242));
    assertThat(hear(0x0104, 0x0019, 242)).hasSize(1);
  }

  static List<Object> nonsense() {
    return List.of(
        -1, 0x10000, "x", "", 1 << 20, List.of("0x19", "y"), Arrays.asList(1, null), 1e9);
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseIsRefusedByName(Object value) {
    assertThatThrownBy(() -> subscription(Map.of("cluster", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("service property cluster must be 0..65535, was '");
  }

  private static ApsSubscription subscription(Map<String, ?> properties) {
    return new ApsSubscription(frame -> {}, properties);
  }
}
