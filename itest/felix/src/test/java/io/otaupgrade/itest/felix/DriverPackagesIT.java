package io.otaupgrade.itest.felix;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import io.otaupgrade.itest.scenarios.DriverPackageScenarios;
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

/** Driver packages in Apache Felix, taken by Felix FileInstall. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DriverPackagesIT extends DriverPackageScenarios {

  private static final String DEPLOY = "itest.deploy";

  @Configuration
  public Option[] container() throws IOException {
    String port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = Integer.toString(socket.getLocalPort());
    }
    String deploy = Files.createTempDirectory("itest-deploy").toString();
    List<Option> options = new ArrayList<>();
    options.add(frameworkProperty("org.osgi.service.http.port").value(port));
    options.add(frameworkProperty("org.apache.felix.http.host").value("127.0.0.1"));
    options.add(frameworkProperty("felix.fileinstall.dir").value(deploy));
    options.add(frameworkProperty("felix.fileinstall.poll").value("500"));
    options.add(systemProperty(DEPLOY).value(deploy));
    options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    options.add(junitBundles());
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("itest.bundles")))) {
      jars.sorted().forEach(jar -> options.add(bundle(jar.toUri().toString())));
    }
    return options.toArray(Option[]::new);
  }

  @Override
  protected Path deployFolder() {
    return Path.of(System.getProperty(DEPLOY));
  }
}
