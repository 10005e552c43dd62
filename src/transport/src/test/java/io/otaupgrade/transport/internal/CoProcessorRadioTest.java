package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport on the drivers, and these on co-processors of software over TCP. */
@Execution(ExecutionMode.CONCURRENT)
class CoProcessorRadioTest {

  @Nested
  class Znp extends CoProcessorContract {
    Znp() {
      super(TcpRadio.Kind.ZNP);
    }
  }

  @Nested
  class Ezsp13 extends CoProcessorContract {
    Ezsp13() {
      super(TcpRadio.Kind.ezsp(13));
    }
  }

  @Nested
  class Ezsp16 extends CoProcessorContract {
    Ezsp16() {
      super(TcpRadio.Kind.ezsp(16));
    }
  }

  @Nested
  class Ezsp19 extends CoProcessorContract {
    Ezsp19() {
      super(TcpRadio.Kind.ezsp(19));
    }
  }

  @Timeout(90)
  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19})
  void eachVersionOfEzspStartsAndSends(int version) {
    try (TcpRadio tcp = TcpRadio.start(TcpRadio.Kind.ezsp(version), Map.of())) {
      RadioTransport radio = tcp.transport();
      tcp.until("the device is there", () -> !radio.nodes().isEmpty());
      assertThat(tcp.status().message()).contains("EZSP " + version);
      List<Delivery> deliveries = new CopyOnWriteArrayList<>();
      radio.send(
          ApsFrame.to(
              radio.nodes().get(0).networkAddress(), 1, 1, 0x0104, 0x0006, ByteBuffer.allocate(3)),
          Priority.CONTROL,
          TxOptions.ACKNOWLEDGED,
          TcpRadio.PATIENCE,
          deliveries::add);
      tcp.until("it has an outcome", () -> !deliveries.isEmpty());
      assertThat(deliveries).containsExactly(Delivery.DELIVERED);
      assertThat(tcp.heard).hasSize(1);
    }
  }
}
