package io.otaupgrade.itest.karaf;

import io.otaupgrade.itest.scenarios.DriverPackageScenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Driver packages in Apache Karaf, dropped into its own deploy folder. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DriverPackagesIT extends DriverPackageScenarios {

  @Configuration
  public Option[] container() throws IOException {
    return KarafContainer.on(WebServer.PAX_WEB);
  }

  @Override
  protected Path deployFolder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("karaf.base"), "deploy"));
  }
}
