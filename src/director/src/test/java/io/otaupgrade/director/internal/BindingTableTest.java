package io.otaupgrade.director.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.component.ComponentException;

class BindingTableTest {

  private static final Eui64 LAMP = new Eui64(0x00124b0000112233L);
  private static final Eui64 PLUG = new Eui64(0x00124b0000445566L);

  @TempDir Path folder;

  private BindingTable table;
  private final List<Eui64> told = new ArrayList<>();

  @BeforeEach
  void anEmptyTable() {
    table = open();
    table.listen(List.of(told::add));
  }

  private BindingTable open() {
    return new BindingTable(
        new BindingFile(folder.resolve("sub/bindings.properties")), new SerialExecutor());
  }

  private static NodeEvent seen(Eui64 device, NodeEvent.Kind kind) {
    return new NodeEvent(
        kind, new Node(device, 1, true, true, Optional.empty(), Optional.empty(), List.of()));
  }

  @Test
  void aBindingIsThereAfterARestartWithAllThatWasLearned() {
    table.bind(12, LAMP, "lampe à=#:.c4z");
    table.bind(13, LAMP);
    table.nodeEvent("home", seen(LAMP, NodeEvent.Kind.ANNOUNCED));
    assertThat(open().bindings()).isEqualTo(table.bindings());
    assertThat(open().binding(12))
        .contains(new DeviceBinding(12, LAMP, Optional.of("home"), Optional.of("lampe à=#:.c4z")));
    assertThat(open().bindings(LAMP)).extracting(DeviceBinding::deviceId).containsExactly(12, 13);
  }

  @Test
  void bindingToAnotherDeviceForgetsWhatWasKnownOfTheFirst() {
    table.bind(12, LAMP, "lamp.c4z");
    table.learnMesh(LAMP, "home");
    table.bind(12, PLUG);
    assertThat(table.binding(12))
        .contains(new DeviceBinding(12, PLUG, Optional.empty(), Optional.empty()));
    assertThat(told).containsExactly(LAMP, LAMP, PLUG, LAMP);
  }

  @Test
  void bindingTheSameDeviceAgainKeepsItsTypeAndTellsNobody() {
    table.bind(12, LAMP, "lamp.c4z");
    told.clear();
    table.bind(12, LAMP);
    assertThat(table.binding(12).orElseThrow().driverTypeId()).contains("lamp.c4z");
    assertThat(told).isEmpty();
  }

  @Test
  void unbindingTellsWhetherItWasBound() {
    table.bind(12, LAMP);
    assertThat(table.unbind(12)).isTrue();
    assertThat(table.unbind(12)).isFalse();
    assertThat(table.bindings()).isEmpty();
    assertThat(open().bindings()).isEmpty();
  }

  @Test
  void aDeviceThatLeftKeepsItsLastMesh() {
    table.bind(12, LAMP);
    table.nodeEvent("home", seen(LAMP, NodeEvent.Kind.JOINED));
    table.nodeEvent("barn", seen(LAMP, NodeEvent.Kind.LEFT));
    assertThat(table.binding(12).orElseThrow().mesh()).contains("home");
  }

  @Test
  void linesOfTheFileThatAreNoBindingAreLeftOut() throws IOException {
    Path file = Files.createDirectories(folder.resolve("sub")).resolve("bindings.properties");
    Files.writeString(file, "12 = 00124b0000112233\nx = 1\n-4 = 00124b0000112233\n5 = lamp\n");
    assertThat(open().bindings()).extracting(DeviceBinding::deviceId).containsExactly(12);
  }

  @Test
  void aFileThatCannotBeReadIsSetAsideForWhoCanRepairIt() throws IOException {
    Path file = Files.createDirectories(folder.resolve("sub")).resolve("bindings.properties");
    String damaged = "12 = 00124b0000112233\n13 = \\u00zz";
    Files.writeString(file, damaged);
    BindingTable anew = open();
    assertThat(anew.bindings()).isEmpty();
    anew.bind(14, PLUG);
    assertThat(open().bindings()).extracting(DeviceBinding::deviceId).containsExactly(14);
    assertThat(file.resolveSibling("bindings.properties.unreadable")).hasContent(damaged);
  }

  @Test
  void anIdMustBePositive() {
    assertThatThrownBy(() -> table.bind(0, LAMP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deviceId");
  }

  @Test
  void theConfigurationPrescribesBindings() {
    table.bind(12, PLUG);
    table.configure(
        () -> Settings.of(10, "12=00124b0000112233=lamp.c4z, 13 = 0x00124b0000445566 ,", ""));
    assertThat(table.binding(12))
        .contains(new DeviceBinding(12, LAMP, Optional.empty(), Optional.of("lamp.c4z")));
    assertThat(table.binding(13).orElseThrow().device()).isEqualTo(PLUG);
  }

  @Test
  void whatIsTakenOutOfTheConfigurationIsUnboundAfterARestartToo() {
    table.bind(11, PLUG);
    table.configure(() -> Settings.of(10, "12=00124b0000112233=lamp.c4z"));
    table.nodeEvent("home", seen(LAMP, NodeEvent.Kind.ANNOUNCED));
    BindingTable later = open();
    later.configure(() -> Settings.of(10, "13=00124b0000112233=lamp.c4z"));
    assertThat(later.binding(13).orElseThrow().mesh()).contains("home");
    assertThat(later.bindings()).extracting(DeviceBinding::deviceId).containsExactly(11, 13);
    assertThat(open().bindings()).isEqualTo(later.bindings());

    later.configure(() -> Settings.of(10));
    assertThat(later.bindings()).extracting(DeviceBinding::deviceId).containsExactly(11);
  }

  @Test
  void whatWasBoundByHandSinceIsNotUnboundWithTheConfiguration() {
    table.configure(() -> Settings.of(10, "12=00124b0000112233"));
    table.bind(12, PLUG);
    table.configure(() -> Settings.of(10));
    assertThat(table.binding(12).orElseThrow().device()).isEqualTo(PLUG);
  }

  @Test
  void theSameConfigurationAgainTellsAndWritesNothing() throws IOException {
    table.configure(() -> Settings.of(10, "12=00124b0000112233"));
    Path file = folder.resolve("sub/bindings.properties");
    Files.delete(file);
    told.clear();
    table.configure(() -> Settings.of(10, "12=00124b0000112233"));
    assertThat(told).isEmpty();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "x=00124b0000112233", "0=00124b0000112233", "12=123", "=", "12=="})
  void aBadEntryOfTheConfigurationIsNamedAndChangesNothing(String entry) {
    table.configure(() -> Settings.of(10, "14=00124b0000112233", entry));
    assertThat(table.bindings()).isEmpty();
    assertThatThrownBy(() -> Settings.of(10, entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bindings")
        .hasMessageContaining(entry);
  }

  @Test
  void aQueueLimitThatIsNoNumberIsNamedToo() {
    Settings.Config config =
        (Settings.Config)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Settings.Config.class},
                (self, method, none) -> {
                  throw new ComponentException(new NumberFormatException("abc")); // as SCR does
                });
    assertThatThrownBy(() -> Settings.of(config, Map.of("queueLimit", "abc")))
        .hasMessage("queueLimit must be 1..100000, was abc");
  }

  @Test
  void aBadQueueLimitIsNamedWithItsRange() {
    assertThatThrownBy(() -> Settings.of(0)).hasMessage("queueLimit must be 1..100000, was 0");
  }
}
