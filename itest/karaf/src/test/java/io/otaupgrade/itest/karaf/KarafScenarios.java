package io.otaupgrade.itest.karaf;

import static org.junit.Assert.assertEquals;

import io.otaupgrade.itest.scenarios.Host;
import io.otaupgrade.itest.scenarios.UpgradeScenarios;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.osgi.service.cm.ConfigurationAdmin;

/** The scenarios, in Karaf's way; and what only Karaf has: features and their configuration. */
public abstract class KarafScenarios extends UpgradeScenarios {
  @Inject private FeaturesService features;
  @Inject private ConfigurationAdmin configurations;

  /**
   * A web server that one of our features installs.
   *
   * @param everything the feature with all of the product on that server
   * @param feature the feature with the server alone
   * @param pid where the server's port and address are configured
   * @param host the key of the address
   */
  record WebServer(String everything, String feature, String pid, String host) {
    static final String PORT = "org.osgi.service.http.port";

    static final WebServer PAX_WEB =
        new WebServer(
            "ota",
            "ota-http-pax-web",
            "org.ops4j.pax.web",
            "org.ops4j.pax.web.listening.addresses");
    static final WebServer FELIX_HTTP =
        new WebServer(
            "ota-felix-http",
            "ota-http-felix",
            "org.apache.felix.http",
            "org.apache.felix.http.host");
  }

  /** The server this container runs on, at a port the host's own configuration gives. */
  protected abstract WebServer used();

  /** The other one. */
  protected abstract WebServer unused();

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
                  used().feature(), "ota-transport", "ota-registry", "ota-director", "ota-plugin"),
              EnumSet.noneOf(FeaturesService.Option.class));
          features.uninstallFeature(used().everything());
        }
        features.uninstallFeature("ota-plugin");
      }

      @Override
      public void installPlugin() throws Exception {
        features.installFeature("ota-plugin");
      }
    };
  }

  @Test
  public void aHostsOwnWebServerConfigurationStays() throws Exception {
    assertEquals(System.getProperty("itest.http.port"), configured(used().pid(), WebServer.PORT));
  }

  @Test
  public void aHostWithoutAWebServerGetsOneOnLoopback() throws Exception {
    // not started: the well-known port may be in use on the machine of the build
    features.installFeatures(
        Set.of(unused().feature()), EnumSet.of(FeaturesService.Option.NoAutoStartBundles));
    try {
      assertEquals("8189", configured(unused().pid(), WebServer.PORT));
      assertEquals("127.0.0.1", configured(unused().pid(), unused().host()));
    } finally {
      features.uninstallFeature(unused().feature());
    }
  }

  private Object configured(String pid, String key) throws IOException {
    return configurations.getConfiguration(pid, "?").getProperties().get(key);
  }
}
