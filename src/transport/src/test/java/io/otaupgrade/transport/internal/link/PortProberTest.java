package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.PortProbe;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PortProberTest {

  /** Every look at it is 100 ms later. */
  private final AtomicLong millis = new AtomicLong();

  private final List<String> asked = new ArrayList<>();
  private final FakeLines lines = new FakeLines();

  private PortProbe probe(String port, List<Supplier<Probe>> probes) throws Exception {
    return new PortProber(lines, probes, () -> Instant.ofEpochMilli(millis.addAndGet(100)))
        .probe(port, 115_200)
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  /** One that is answered when the line says these octets. */
  private Supplier<Probe> probe(String protocol, int question, String answer, int answersFrom) {
    return () ->
        new Probe() {
          @Override
          public String protocol() {
            return protocol;
          }

          @Override
          public ByteBuffer question() {
            asked.add(protocol);
            if (asked.size() >= answersFrom) {
              lines.opened.get(0).say(answer);
            }
            return ByteBuffer.wrap(new byte[] {(byte) question});
          }

          @Override
          public Optional<String> answer(ByteBuffer octets) {
            return octets.get(0) == question ? Optional.of("firmware 7") : Optional.empty();
          }
        };
  }

  @Test
  void whoAnswersIsNamed() throws Exception {
    PortProbe found = probe("COM3", List.of(probe("znp", 1, "05", 1), probe("ember", 2, "02", 1)));

    assertThat(found).isEqualTo(new PortProbe(Optional.of("ember"), "firmware 7"));
    assertThat(asked).containsExactly("znp", "ember");
    assertThat(lines.opened.get(0).written()).containsExactly("01", "02");
    assertThat(lines.opened.get(0).closed).isTrue();
  }

  @Test
  void aFirmwareThatHasToWakeFirstIsAskedAgain() throws Exception {
    assertThat(probe("COM3", List.of(probe("znp", 1, "01", 2))).protocol()).contains("znp");
    assertThat(asked).containsExactly("znp", "znp");
  }

  @Test
  void whoDoesNotAnswerIsNobody() throws Exception {
    PortProbe found = probe("COM3", List.of(probe("znp", 1, "", 100)));

    assertThat(found.protocol()).isEmpty();
    assertThat(found.message()).startsWith("COM3 opens, but no co-processor answers");
    assertThat(lines.opened.get(0).closed).isTrue();
  }

  @Test
  void aPortThatDoesNotOpenSaysWhy() throws Exception {
    lines.alwaysRefuse(new LineException("COM3 is in use by another radio of this host"));

    assertThat(probe("COM3", List.of()))
        .isEqualTo(new PortProbe(Optional.empty(), "COM3 is in use by another radio of this host"));
  }

  @Test
  void whatIsNoPortIsSaidSo() throws Exception {
    assertThat(probe("tcp://nowhere", List.of()).message())
        .isEqualTo("port must be tcp://host:port with a port of 1..65535, was 'tcp://nowhere'");
  }

  @Test
  void aFaultOfAProbeIsNoException() throws Exception {
    Supplier<Probe> faulty =
        () -> {
          throw new IllegalStateException("a probe fails, as the test wants");
        };
    assertThat(probe("COM3", List.of(faulty)).protocol()).isEmpty();
  }
}
