package io.otaupgrade.drivers.internal.pack;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** Whatever {@code driver.xml} holds: findings, never an exception. */
class DriverXmlFuzzTest {

  @FuzzTest
  void everyDriverXmlIsJudged(byte[] octets) {
    Findings findings = new Findings();
    Optional<DriverXml> xml = DriverXmlReader.read(octets, findings);
    if (xml.isEmpty() && !findings.hasErrors()) {
      throw new AssertionError("refused without a reason");
    }
    if (xml.isPresent() && (xml.get().version() < 0 || xml.get().version() > 0xFFFFFFFFL)) {
      throw new AssertionError("version " + xml.get().version());
    }
  }
}
