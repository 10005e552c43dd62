package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes wrong between host and co-processor while three devices download: it is noticed, the
 * radio goes and comes back by itself, and each device goes on where it was.
 *
 * <p>Threads of a busy machine stall for a second or two, and the limits leave them the time. How
 * soon exactly a fault is noticed is tested where time is virtual, with each protocol.
 */
@Timeout(120)
abstract class LinkFaultContract {

  /** A fault is noticed by then, whatever it is. */
  private static final Duration NOTICED = Duration.ofSeconds(15);

  /** What is told at once, the end of a connection by TCP for example. */
  static final Duration TOLD = Duration.ofSeconds(10);

  /** The mesh runs again so soon after the port answers. */
  private static final Duration RUNNING_AGAIN = Duration.ofSeconds(15);

  private static final Duration REFUSED = Duration.ofSeconds(3);
  private static final int IMAGE_OCTETS = 30_000;
  private static final int DEVICES = 3;

  /**
   * A device repeats the request that got no answer, and APS a frame that was not acknowledged,
   * once a second while threads stall. One that began again would repeat hundreds.
   */
  private static final int REPEATS = 20 * DEVICES;

  private final TcpRadio.Kind kind;
  private final AtomicReference<FaultyWay> way = new AtomicReference<>();
  private TcpRadio tcp;
  private ImageServer server;

  LinkFaultContract(TcpRadio.Kind kind) {
    this.kind = kind;
  }

  FaultyWay way() {
    return way.get();
  }

  final String through(String address) {
    way.set(new FaultyWay(kind.name(), address));
    return way.get().address();
  }

  /**
   * Starts a download.
   *
   * @param to what the driver connects to, from the co-processor's address
   * @param fault happens when half of the image is there
   */
  final void download(UnaryOperator<String> to, Consumer<TcpRadio> fault) {
    tcp =
        TcpRadio.start(
            kind,
            Map.of(
                "devices",
                DEVICES,
                "thinkTimeMs",
                2,
                "responseTimeoutMs",
                1000,
                "retries",
                100,
                "rebootSeconds",
                1),
            to);
    server = new ImageServer(IMAGE_OCTETS, () -> tcp.published.get(0), () -> fault.accept(tcp));
    tcp.meshes.addApsListener(server, Map.of());
    tcp.until("half of it is there", () -> server.halfAt() != 0);
  }

  private void download(Consumer<TcpRadio> fault) {
    download(this::through, fault);
  }

  private TcpRadio.Told firstDown() {
    return tcp.told.stream()
        .filter(each -> each.nanos() >= server.halfAt() && each.state() != RadioState.UP)
        .findFirst()
        .orElseThrow();
  }

  private boolean isDown() {
    return tcp.told.stream()
        .anyMatch(each -> each.nanos() >= server.halfAt() && each.state() != RadioState.UP);
  }

  /** The fault is noticed, and the service goes. */
  final void goes(Duration within) {
    tcp.until("it is down", () -> isDown());
    assertThat(Duration.ofNanos(firstDown().nanos() - server.halfAt()))
        .as("noticed: " + firstDown())
        .isLessThanOrEqualTo(within);
    assertThat(firstDown().state()).isEqualTo(RadioState.RETRYING);
  }

  /** The service is back, and the downloads end well. */
  final void comesBack() {
    tcp.until(
        "it is up again", () -> tcp.status().state() == RadioState.UP && !tcp.published.isEmpty());
    endsWell();
  }

  private void endsWell() {
    tcp.until(
        "all run the new version",
        () -> devices().stream().allMatch(each -> each.runningVersion() == ImageServer.VERSION));
    assertThat(devices()).extracting(SimulatedDeviceReport::imageSha256).containsOnly(sha256());
    assertThat(server.repeats()).as("blocks asked for again").isLessThanOrEqualTo(REPEATS);
  }

  private List<SimulatedDeviceReport> devices() {
    return tcp.stick.simulatedMesh().devices();
  }

  private String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(server.image));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @AfterEach
  void nothingHangsOnClose() {
    if (tcp != null) {
      tcp.close();
    }
    if (way.get() != null) {
      way.get().close();
    }
  }

  @Test
  void aConnectionThatIsResetIsOpenedAgain() {
    download(radio -> way().reset());
    goes(TOLD);
    assertThat(firstDown().message()).contains("connection");
    comesBack();
    assertThat(tcp.driver.counters().linkFaults()).isEqualTo(1);
  }

  @Test
  void aPortThatRefusesIsTriedUntilItAnswers() {
    download(UnaryOperator.identity(), radio -> radio.stick.disconnect(REFUSED));
    goes(TOLD);
    comesBack();
    TcpRadio.Told up =
        tcp.told.stream()
            .filter(each -> each.nanos() > firstDown().nanos() && each.state() == RadioState.UP)
            .findFirst()
            .orElseThrow();
    assertThat(Duration.ofNanos(up.nanos() - server.halfAt()))
        .isBetween(REFUSED, REFUSED.plus(RUNNING_AGAIN));
  }

  @Test
  void aPeerThatIsGoneWithoutAWordIsNoticed() {
    download(radio -> way().hold());
    goes(NOTICED);
    comesBack();
    assertThat(way().connections()).isEqualTo(2);
  }

  @Test
  void aSilentCoProcessorIsNoticed() {
    download(radio -> radio.stick.silence(Duration.ofHours(1)));
    goes(NOTICED);
    tcp.stick.silence(Duration.ZERO);
    comesBack();
  }

  @Test
  void aSilentCoProcessorIsNoticedThoughNobodySaysAnything() {
    tcp = TcpRadio.start(kind, Map.of("devices", 0));
    tcp.transport();
    long silentAt = System.nanoTime();
    tcp.stick.silence(Duration.ofHours(1));
    tcp.until("it is down", () -> tcp.published.isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - silentAt)).isLessThanOrEqualTo(NOTICED);
    tcp.stick.silence(Duration.ZERO);
    tcp.transport();
  }

  @Test
  void aCoProcessorThatRestartsByItselfIsStartedAnew() {
    download(radio -> radio.stick.reset());
    goes(NOTICED);
    comesBack();
  }

  @Test
  void garbageOnTheLineIsPassedOver() {
    Random random = new Random(kind.name().hashCode());
    byte[] garbage = new byte[300];
    random.nextBytes(garbage);
    download(radio -> way().inject(garbage));
    comesBack();
    assertThat(tcp.driver.counters().malformedOctets()).isPositive();
  }
}
