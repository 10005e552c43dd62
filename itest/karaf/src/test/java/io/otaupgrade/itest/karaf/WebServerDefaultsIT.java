package io.otaupgrade.itest.karaf;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.service.cm.ConfigurationAdmin;

/** A host without a web server gets one on loopback, whatever the server's own default is. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WebServerDefaultsIT {
  @Inject private FeaturesService features;
  @Inject private ConfigurationAdmin configurations;

  @Configuration
  public Option[] container() throws IOException {
    return KarafContainer.bare();
  }

  @Test
  public void paxWebIsOnLoopback() throws Exception {
    isOnLoopback(WebServer.PAX_WEB);
  }

  @Test
  public void felixHttpIsOnLoopback() throws Exception {
    isOnLoopback(WebServer.FELIX_HTTP);
  }

  private void isOnLoopback(WebServer server) throws Exception {
    // not started: the well-known port may be in use on the machine of the build
    features.installFeatures(
        Set.of(server.feature()), EnumSet.of(FeaturesService.Option.NoAutoStartBundles));
    try {
      Dictionary<String, Object> configured =
          configurations.getConfiguration(server.pid(), "?").getProperties();
      assertEquals("8189", configured.get(WebServer.PORT));
      assertEquals("127.0.0.1", configured.get(server.host()));
    } finally {
      features.uninstallFeature(server.feature());
    }
  }
}
