package io.otaupgrade.itest.karaf;

import static org.junit.Assert.assertEquals;

import io.otaupgrade.itest.scenarios.Host;
import io.otaupgrade.itest.scenarios.RadioScenarios;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.osgi.service.cm.ConfigurationAdmin;

/** The scenarios, in Karaf's way; and what only Karaf has: features and their configuration. */
public abstract class KarafScenarios extends RadioScenarios {
  @Inject private FeaturesService features;
  @Inject private ConfigurationAdmin configurations;

  /** The web server this container runs on, at a port that the host's own configuration gives. */
  protected abstract WebServer used();

  @Override
  protected Host host() {
    return new Host() {
      @Override
      public void uninstallPlugin() throws Exception {
        if (features.isRequired(features.getFeature(used().everything()))) {
          // a feature stays while another needs it: hold the parts one by one, then let the whole
          // go
          features.installFeatures(
              Set.of(
                  used().feature(),
                  "ota-transport",
                  "ota-registry",
                  "ota-director",
                  "ota-drivers",
                  "ota-plugin"),
              EnumSet.noneOf(FeaturesService.Option.class));
          features.uninstallFeature(used().everything());
        }
        features.uninstallFeature("ota-plugin");
      }

      @Override
      public void installPlugin() throws Exception {
        features.installFeature("ota-plugin");
      }

      @Override
      public Path configurations() {
        return Path.of(System.getProperty("karaf.etc"));
      }
    };
  }

  @Test
  public void aHostsOwnWebServerConfigurationStays() throws Exception {
    assertEquals(
        System.getProperty("itest.http.port"),
        configurations.getConfiguration(used().pid(), "?").getProperties().get(WebServer.PORT));
  }
}
