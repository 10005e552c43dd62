package io.otaupgrade.transport.internal;

import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Link faults, with the product's drivers on co-processors of software. */
@Execution(ExecutionMode.CONCURRENT)
class LinkFaultTest {

  @Nested
  class Znp extends LinkFaultContract {
    Znp() {
      super(TcpRadio.Kind.ZNP);
    }
  }

  @Nested
  class Ezsp extends LinkFaultContract {
    Ezsp() {
      super(TcpRadio.Kind.ezsp(13));
    }

    /** UG101 §3.3: version 2, "exceeded maximum ACK time-out count"; CRC made by hand. */
    @Test
    void anErrorFrameOfAshStartsItAnew() {
      byte[] error = HexFormat.of().parseHex("c20251a8bd7e");
      download(this::through, radio -> way().inject(error));
      goes(TOLD);
      comesBack();
    }
  }
}
