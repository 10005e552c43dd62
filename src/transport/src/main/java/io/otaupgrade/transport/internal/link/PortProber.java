package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.PortProbe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks what is behind a port in one protocol after the other. */
public final class PortProber {

  private static final Logger LOG = LoggerFactory.getLogger(PortProber.class);

  /** For the answer to one question; a co-processor that is reset by it takes a second. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  /**
   * All questions are asked twice: the first may find a boot loader that passes on to the firmware,
   * or end what was half written to the port before.
   */
  private static final int ROUNDS = 2;

  private static final long LIMIT_SECONDS = 10;
  private static final int READ_OCTETS = 1024;

  private final Lines lines;
  private final List<Supplier<Probe>> probes;
  private final InstantSource clock;

  /**
   * @param probes make the questions, in the order to ask them
   */
  public PortProber(Lines lines, List<Supplier<Probe>> probes, InstantSource clock) {
    this.lines = lines;
    this.probes = List.copyOf(probes);
    this.clock = clock;
  }

  /** See {@link io.otaupgrade.api.radio.SerialPorts#probe}. */
  public CompletionStage<PortProbe> probe(String port, int baudRate) {
    CompletableFuture<PortProbe> result = new CompletableFuture<>();
    Thread thread = new Thread(() -> result.complete(ask(port, baudRate)), "ota-probe");
    thread.setDaemon(true);
    thread.start();
    return result.completeOnTimeout(
        nothing(port + " did not open and answer within " + LIMIT_SECONDS + " s"),
        LIMIT_SECONDS,
        TimeUnit.SECONDS);
  }

  private PortProbe ask(String port, int baudRate) {
    try (Line line = lines.open(PortAddress.of(port, baudRate, FlowControl.NONE))) {
      for (int round = 0; round < ROUNDS; round++) {
        for (Supplier<Probe> each : probes) {
          Probe probe = each.get();
          Optional<String> answer = ask(line, probe);
          if (answer.isPresent()) {
            return new PortProbe(Optional.of(probe.protocol()), answer.get());
          }
        }
      }
      return nothing(
          port + " opens, but no co-processor answers; is the baud rate right, and the firmware?");
    } catch (LineException | IllegalArgumentException e) {
      return nothing(e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Failed to find out what is at {}", port, e);
      return nothing("an error of this software, see the log: " + e);
    }
  }

  private Optional<String> ask(Line line, Probe probe) throws LineException {
    line.write(probe.question());
    Instant end = clock.instant().plus(ANSWER);
    ByteBuffer octets = ByteBuffer.allocate(READ_OCTETS);
    while (clock.instant().isBefore(end)) {
      octets.clear();
      if (line.read(octets) > 0) {
        Optional<String> answer = probe.answer(octets.flip());
        if (answer.isPresent()) {
          return answer;
        }
      }
    }
    return Optional.empty();
  }

  private static PortProbe nothing(String message) {
    return new PortProbe(Optional.empty(), message);
  }
}
