package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.spi.RadioDriver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredRadioTest {

  private final List<Object> services = new ArrayList<>();
  private final List<Map<String, Object>> properties = new ArrayList<>();
  private final ConfiguredRadio radio =
      new ConfiguredRadio(
          "znp",
          FakeProtocol::new,
          new FakeLines(),
          new ConfiguredRadio.Registry() {
            @Override
            public <T> Runnable register(Class<T> type, T service, Map<String, Object> with) {
              services.add(service);
              properties.add(with);
              return () -> {
                services.remove(service);
                properties.remove(with);
              };
            }
          });

  private void configure(String... keysAndValues) {
    Map<String, Object> configuration =
        new HashMap<>(Map.of("service.pid", "io.otaupgrade.transport.znp~attic"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    radio.configure(configuration);
  }

  @Test
  void aGoodConfigurationIsADriverOfTheMeshItIsNamedAfter() {
    configure("port", "tcp://10.0.0.7:6638");

    assertThat(services).hasSize(1).first().isInstanceOf(RadioDriver.class);
    assertThat(services).first().hasToString("znp at tcp://10.0.0.7:6638");
    assertThat(properties).containsExactly(Map.of("mesh", "attic"));
  }

  @Test
  void theMeshMayHaveAnotherName() {
    configure("port", "COM3", "mesh", "home");

    assertThat(properties).containsExactly(Map.of("mesh", "home"));
  }

  @Test
  void aBadConfigurationShowsAndIsMended() {
    configure("port", "COM3", "channel", "27");
    assertThat(services)
        .containsExactly(
            new MisconfiguredRadio(
                "attic", "znp", "channel must be a whole number 11..26, was '27'"));

    configure("port", "COM3", "channel", "26");
    assertThat(services).hasSize(1).first().isInstanceOf(RadioDriver.class);

    configure("port", "COM3", "form", "maybe");
    assertThat(services).hasSize(1).first().isInstanceOf(MisconfiguredRadio.class);
  }

  @Test
  void aChangeThatChangesNothingLeavesTheRadioAlone() {
    configure("port", "COM3");
    Object driver = services.get(0);
    configure("port", " COM3 ", "felix.fileinstall.filename", "znp.cfg");
    assertThat(services.get(0)).isSameAs(driver);

    configure("port", "COM4");
    assertThat(services).hasSize(1);
    assertThat(services.get(0)).isNotSameAs(driver);
  }

  @Test
  void withoutConfigurationThereIsNothing() {
    configure("port", "COM3");
    radio.remove();
    assertThat(services).isEmpty();

    configure("port", "nonsense/");
    radio.remove();
    assertThat(services).isEmpty();
  }
}
