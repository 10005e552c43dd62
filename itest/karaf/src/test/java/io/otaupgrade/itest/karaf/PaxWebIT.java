package io.otaupgrade.itest.karaf;

import java.io.IOException;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Apache Karaf with Pax Web, the HTTP service of Karaf itself and of openHAB. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PaxWebIT extends KarafScenarios {
  @Configuration
  public Option[] container() throws IOException {
    return KarafContainer.on(used());
  }

  @Override
  protected WebServer used() {
    return WebServer.PAX_WEB;
  }
}
