package io.otaupgrade.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UnknownKeysTest {

  private static final SortedSet<String> KNOWN = new TreeSet<>(List.of("port", "baudRate"));

  @Test
  void keysOfThePidAndOfWhoKeepsConfigurationsAreNotSpokenOf() {
    List<String> keys =
        List.of(
            "port",
            "service.pid",
            "service.factoryPid",
            "felix.fileinstall.filename",
            "org.apache.karaf.features.configKey",
            ".private",
            "osgi.ds.satisfying.condition.target",
            "component.name");
    assertThat(UnknownKeys.complaint("a~b", keys, KNOWN)).isEmpty();
    assertThat(UnknownKeys.complaint("a~b", List.of(), KNOWN)).isEmpty();
  }

  @Test
  void othersAreNamedWithWhatThereIs() {
    assertThat(UnknownKeys.complaint("a~b", List.of("port", "prot", "Port", "baud.rate"), KNOWN))
        .contains(
            "a~b has no key Port, baud.rate, prot, so it does nothing; there are baudRate, port");
  }
}
