package io.otaupgrade.itest.felix;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import io.otaupgrade.itest.scenarios.Host;
import io.otaupgrade.itest.scenarios.RadioScenarios;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Apache Felix with SCR, ConfigurationAdmin and Felix HTTP, and no Karaf around it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PlainFelixIT extends RadioScenarios {
  private static final String CONFIGURATIONS = "itest.configurations";

  @Configuration
  public Option[] container() throws IOException {
    String port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = Integer.toString(socket.getLocalPort());
    }
    List<Option> options = new ArrayList<>();
    options.add(frameworkProperty("org.osgi.service.http.port").value(port));
    options.add(frameworkProperty("org.apache.felix.http.host").value("127.0.0.1"));
    Path configurations = Files.createTempDirectory("itest-conf");
    System.setProperty(CONFIGURATIONS, configurations.toString());
    options.add(frameworkProperty("felix.fileinstall.dir").value(configurations.toString()));
    options.add(frameworkProperty("felix.fileinstall.filter").value(".*\\.cfg"));
    options.add(frameworkProperty("felix.fileinstall.poll").value("500"));
    options.add(frameworkProperty("felix.fileinstall.enableConfigSave").value("false"));
    // the logging that Pax Exam brings along would tell everything at DEBUG
    options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    options.add(junitBundles());
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("itest.bundles")))) {
      jars.sorted().forEach(jar -> options.add(bundle(jar.toUri().toString())));
    }
    return options.toArray(Option[]::new);
  }

  @Override
  protected Host host() {
    return new Host() {
      @Override
      public void uninstallPlugin() throws Exception {
        installed("io.otaupgrade.cluster").orElseThrow().uninstall();
      }

      @Override
      public void installPlugin() throws Exception {
        Path jar = Path.of(System.getProperty("itest.bundles"), "io.otaupgrade.cluster.jar");
        context.installBundle(jar.toUri().toString()).start();
      }

      @Override
      public Path configurations() {
        return Path.of(System.getProperty(CONFIGURATIONS));
      }
    };
  }
}
