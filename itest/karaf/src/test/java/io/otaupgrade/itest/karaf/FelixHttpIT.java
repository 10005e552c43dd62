package io.otaupgrade.itest.karaf;

import java.io.IOException;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Apache Karaf with Apache Felix HTTP instead of Pax Web; the bundles are the same. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FelixHttpIT extends KarafScenarios {
  @Configuration
  public Option[] container() throws IOException {
    return KarafContainer.on(used());
  }

  @Override
  protected WebServer used() {
    return WebServer.FELIX_HTTP;
  }
}
