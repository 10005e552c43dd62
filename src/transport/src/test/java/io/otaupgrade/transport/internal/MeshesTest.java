package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The component, as SCR would call it. */
class MeshesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int FRAMES = 2_000;

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final List<RadioTransport> published = new CopyOnWriteArrayList<>();
  @TempDir private Path folder;
  private Meshes meshes = meshes(Optional.empty());

  private Meshes meshes(Optional<Path> nodes) {
    Meshes active = meshes(nodes, new DirectExecutor());
    active.start();
    return active;
  }

  private Meshes meshes(Optional<Path> nodes, ExecutorService outside) {
    return new Meshes(
        Settings.DEFAULT,
        transport -> {
          published.add(transport);
          return () -> published.remove(transport);
        },
        nodes,
        outside);
  }

  private FakeDriver driver() {
    FakeDriver driver = new FakeDriver();
    driver.ownLoop = Optional.of(loop);
    return driver;
  }

  @AfterEach
  void stop() {
    meshes.deactivate();
    assertThat(published).isEmpty();
  }

  private static ApsFrame frame(int cluster) {
    return ApsFrame.from(
        0x1111, Optional.of(new Eui64(7)), 1, 1, 0x0104, cluster, 9, ByteBuffer.allocate(1));
  }

  @Test
  void noDriverStartsBeforeTheOtherReferencesAreSet() {
    Meshes early = meshes(Optional.empty(), new DirectExecutor());
    FakeDriver attic = driver();
    early.addDriver(attic, Map.of("mesh", "attic"));
    loop.runDue();
    assertThat(attic.opened).isFalse();

    early.start();
    loop.runDue();
    assertThat(attic.opened).isTrue();
    early.deactivate();
  }

  @Test
  void everyDriverHasItsMesh() {
    FakeDriver attic = driver();
    FakeDriver cellar = driver();
    meshes.addDriver(attic, Map.of("mesh", "attic"));
    meshes.addDriver(cellar, Map.of("mesh", "cellar"));
    attic.networkUp();
    cellar.networkUp();
    loop.runDue();
    assertThat(published).extracting(RadioTransport::mesh).containsExactly("attic", "cellar");
    meshes.removeDriver(attic);
    assertThat(published).extracting(RadioTransport::mesh).containsExactly("cellar");
    assertThat(attic.opened).isFalse();
    assertThat(cellar.opened).isTrue();
  }

  @Test
  void aDriverWithoutMeshIsLeftAlone() {
    FakeDriver driver = driver();
    meshes.addDriver(driver, Map.of());
    meshes.addDriver(driver, Map.of("mesh", " "));
    assertThat(driver.opened).isFalse();
    meshes.removeDriver(driver);
  }

  @Test
  void theSecondDriverOfAMeshWaitsForTheFirstToGo() {
    FakeDriver first = driver();
    FakeDriver second = driver();
    meshes.addDriver(first, Map.of("mesh", "attic"));
    meshes.addDriver(second, Map.of("mesh", "attic"));
    assertThat(second.opened).isFalse();
    meshes.removeDriver(first);
    assertThat(first.opened).isFalse();
    assertThat(second.opened).isTrue();
  }

  @Test
  void aDriverThatChangesItsMeshStartsAnew() {
    FakeDriver driver = driver();
    meshes.addDriver(driver, Map.of("mesh", "attic"));
    driver.networkUp();
    loop.runDue();
    meshes.updatedDriver(driver, Map.of("mesh", "attic", "other", 1));
    assertThat(published).hasSize(1);
    meshes.updatedDriver(driver, Map.of("mesh", "cellar"));
    assertThat(published).isEmpty();
    driver.networkUp();
    loop.runDue();
    assertThat(published).extracting(RadioTransport::mesh).containsExactly("cellar");
  }

  @Test
  void aDriverThatDoesNotOpenHarmsNoOther() {
    FakeDriver broken =
        new FakeDriver() {
          @Override
          public void open(RadioEvents to, EventLoop on) {
            throw new IllegalStateException("no such port, as the test wants");
          }
        };
    broken.ownLoop = Optional.of(loop);
    FakeDriver other = driver();
    meshes.addDriver(broken, Map.of("mesh", "attic"));
    meshes.addDriver(other, Map.of("mesh", "cellar"));
    assertThat(other.opened).isTrue();
    meshes.removeDriver(broken);
  }

  @Test
  void aDriverThatDoesNotOpenIsShownAsMisconfigured() {
    FakeDriver broken =
        new FakeDriver() {
          @Override
          public void open(RadioEvents to, EventLoop on) {
            throw new IllegalStateException("no such port\nas the test wants");
          }
        };
    broken.ownLoop = Optional.of(loop);
    meshes.addDriver(broken, Map.of("mesh", "attic"));
    RadioStatus status = meshes.radios().get(0);
    assertThat(status.state()).isEqualTo(RadioState.MISCONFIGURED);
    assertThat(status.radio()).isEqualTo(broken.toString());
    assertThat(status.message())
        .isEqualTo("the driver did not open: java.lang.IllegalStateException: no such port");
    meshes.removeDriver(broken);
    assertThat(meshes.radios()).isEmpty();
  }

  @Test
  void aDriverThatFailsToSayWhichLoopItWantsIsShownUntilAnotherTakesItsMesh() {
    FakeDriver broken =
        new FakeDriver() {
          @Override
          public Optional<EventLoop> loop() {
            throw new LinkageError("an old class, as the test wants");
          }
        };
    FakeDriver other = driver();
    meshes.addDriver(broken, Map.of("mesh", "attic"));
    RadioStatus status = meshes.radios().get(0);
    assertThat(status.mesh()).isEqualTo("attic");
    assertThat(status.state()).isEqualTo(RadioState.MISCONFIGURED);
    assertThat(status.message()).startsWith("the driver did not open: ").contains("an old class");
    meshes.addDriver(other, Map.of("mesh", "attic"));
    assertThat(meshes.radios()).extracting(RadioStatus::state).containsExactly(RadioState.STARTING);
    meshes.removeDriver(other);
    assertThat(meshes.radios())
        .extracting(RadioStatus::state)
        .containsExactly(RadioState.MISCONFIGURED);
    meshes.removeDriver(broken);
    assertThat(meshes.radios()).isEmpty();
  }

  @Test
  void aDriverThatGoesJustBeforeItIsStartedIsNotOpened() {
    Meshes early = meshes(Optional.empty(), new DirectExecutor());
    FakeDriver late = driver();
    FakeDriver first =
        new FakeDriver() {
          @Override
          public void open(RadioEvents to, EventLoop on) {
            early.removeDriver(late);
          }
        };
    first.ownLoop = Optional.of(loop);
    early.addDriver(first, Map.of("mesh", "attic"));
    early.addDriver(late, Map.of("mesh", "cellar"));
    early.start();
    loop.runDue();
    assertThat(late.opened).isFalse();
    assertThat(early.radios()).extracting(RadioStatus::mesh).containsExactly("attic");
    early.deactivate();
  }

  @Test
  void listenersComeAndGoWhileTheMeshRuns() {
    FakeDriver driver = driver();
    List<ApsFrame> before = new ArrayList<>();
    List<ApsFrame> after = new ArrayList<>();
    meshes.addApsListener(before::add, Map.of("cluster", 0x0019));
    meshes.addDriver(driver, Map.of("mesh", "attic"));
    driver.networkUp();
    ApsListener late = after::add;
    meshes.addApsListener(late, Map.of());
    meshes.addApsListener(frame -> after.add(frame), Map.of("mesh", "cellar"));
    meshes.addApsListener(frame -> after.add(frame), Map.of("cluster", "nonsense"));
    driver.events().received(frame(0x0019));
    assertThat(before).hasSize(1);
    assertThat(after).hasSize(1);
    meshes.addApsListener(late, Map.of("cluster", 6));
    driver.events().received(frame(0x0019));
    assertThat(after).as("its properties were updated").hasSize(1);
    meshes.removeApsListener(late);
    driver.events().received(frame(6));
    assertThat(after).hasSize(1);
    assertThat(before).hasSize(2);
  }

  @Test
  void nodeListenersHearOfTheirMeshes() {
    FakeDriver driver = driver();
    meshes.addDriver(driver, Map.of("mesh", "attic"));
    driver.networkUp();
    List<String> heard = new ArrayList<>();
    NodeListener all = (mesh, event) -> heard.add("all: " + mesh + " " + event.kind());
    meshes.addNodeListener(
        (mesh, event) -> {
          throw new IllegalStateException("a listener fails, as the test wants");
        },
        Map.of());
    meshes.addNodeListener(all, Map.of());
    meshes.addNodeListener((mesh, event) -> heard.add("attic"), Map.of("mesh", "attic"));
    meshes.addNodeListener((mesh, event) -> heard.add("cellar"), Map.of("mesh", "cellar"));
    driver.events().joined(new Eui64(7), 0x1111);
    assertThat(heard).containsExactlyInAnyOrder("all: attic " + NodeEvent.Kind.JOINED, "attic");
    meshes.removeNodeListener(all);
    heard.clear();
    driver.events().left(new Eui64(7));
    assertThat(heard).containsExactly("attic");
  }

  @Test
  void aBadConfigurationChangesNothing() {
    FakeDriver driver = driver();
    driver.limits = new RadioLimits(8, 8);
    meshes.addDriver(driver, Map.of("mesh", "attic"));
    driver.networkUp();
    loop.runDue();
    meshes.modified(Map.of("controlReserve", 50));
    meshes.modified(Map.of("controlReserve", 500));
    RadioTransport radio = published.get(0);
    for (int i = 0; i < 20; i++) {
      radio.send(
          MeshKit.frame(i, i),
          Priority.OTA,
          TxOptions.ACKNOWLEDGED,
          MeshKit.LONG,
          DeliveryListener.NONE);
    }
    assertThat(driver.inFlight).hasSize(4);
  }

  @Test
  void theNodesOfAnEphemeralMeshAreNotKept() {
    meshes = meshes(Optional.of(folder.resolve("nodes")));
    FakeDriver simulated = driver();
    FakeDriver real = driver();
    meshes.addDriver(simulated, Map.of("mesh", "simulated", "ota.ephemeral", true));
    meshes.addDriver(real, Map.of("mesh", "real", "ota.ephemeral", "false"));
    for (FakeDriver driver : List.of(simulated, real)) {
      driver.networkUp();
      loop.runDue();
      driver.events().joined(new Eui64(7), 0x1111);
    }
    meshes.deactivate();
    assertThat(Files.exists(folder.resolve("nodes"))).isTrue();
    assertThat(folder.resolve("nodes").toFile().list())
        .containsExactly("real-dddddddd01020304.nodes");
  }

  @Test
  void aDriverWithoutLoopGetsOneInRealTime() throws Exception {
    Meshes real = meshes(Optional.empty(), Executors.newSingleThreadExecutor());
    real.start();
    CountDownLatch confirmed = new CountDownLatch(1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    FakeDriver driver = new FakeDriver();
    driver.onSend = sent -> driver.confirm(sent.tag(), Confirmation.DELIVERED);
    real.addDriver(driver, Map.of("mesh", "attic"));
    CountDownLatch up = new CountDownLatch(1);
    while (!driver.opened) {
      Thread.onSpinWait();
    }
    driver.networkUp();
    while (published.isEmpty()) {
      Thread.onSpinWait();
    }
    RadioTransport radio = published.get(0);
    radio
        .loop()
        .execute(
            () -> {
              thread.set(Thread.currentThread());
              up.countDown();
            });
    assertThat(up.await(20, TimeUnit.SECONDS)).isTrue();
    radio.send(
        MeshKit.frame(0x1111, 1),
        Priority.CONTROL,
        TxOptions.ACKNOWLEDGED,
        Duration.ofSeconds(5),
        delivery -> confirmed.countDown());
    assertThat(confirmed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(thread.get().getName()).isEqualTo("ota-mesh-attic");
    real.deactivate();
    assertThat(driver.opened).isFalse();
    assertThat(thread.get().isAlive()).isFalse();
    assertThat(driver.broken).isEmpty();
  }

  @Test
  void whoCallsAMeshWhoseLoopHasEndedIsAnsweredAllTheSame() throws Exception {
    Meshes real = meshes(Optional.empty(), Executors.newSingleThreadExecutor());
    real.start();
    FakeDriver driver = new FakeDriver();
    real.addDriver(driver, Map.of("mesh", "attic"));
    Until.so(PATIENCE, () -> "it was opened", () -> driver.opened);
    driver.networkUp();
    Until.so(PATIENCE, () -> "it is there", () -> !published.isEmpty());
    RadioTransport radio = published.get(0);
    real.removeDriver(driver);

    List<String> answers = new CopyOnWriteArrayList<>();
    ask(radio, answers);
    Until.so(PATIENCE, answers::toString, () -> answers.size() == 3);
    real.deactivate();
    ask(radio, answers);
    Until.so(PATIENCE, answers::toString, () -> answers.size() == 6);
    assertThat(answers)
        .containsExactlyInAnyOrder(
            "sent REFUSED",
            "zdo Optional.empty",
            "looked up Optional.empty",
            "sent REFUSED",
            "zdo Optional.empty",
            "looked up Optional.empty");
  }

  @Test
  void everyFrameHasItsOneOutcomeThoughTheMeshStopsMeanwhile() throws Exception {
    Meshes real = meshes(Optional.empty(), Executors.newSingleThreadExecutor());
    real.start();
    for (int i = 0; i < 20; i++) {
      FakeDriver driver = new FakeDriver();
      driver.onSend = sent -> driver.confirm(sent.tag(), Confirmation.DELIVERED);
      real.addDriver(driver, Map.of("mesh", "attic"));
      Until.so(PATIENCE, () -> "it was opened", () -> driver.opened);
      driver.networkUp();
      Until.so(PATIENCE, () -> "it is there", () -> !published.isEmpty());
      RadioTransport radio = published.get(0);
      AtomicInteger outcomes = new AtomicInteger();
      CountDownLatch sending = new CountDownLatch(1);
      Thread sender =
          new Thread(
              () -> {
                for (int frame = 0; frame < FRAMES; frame++) {
                  radio.send(
                      MeshKit.frame(0x1111, 1),
                      Priority.CONTROL,
                      TxOptions.ACKNOWLEDGED,
                      Duration.ofMinutes(1),
                      delivery -> outcomes.incrementAndGet());
                  sending.countDown();
                }
              });
      sender.start();
      assertThat(sending.await(20, TimeUnit.SECONDS)).isTrue();
      real.removeDriver(driver);
      sender.join();
      Until.so(PATIENCE, outcomes::toString, () -> outcomes.get() >= FRAMES);
      assertThat(outcomes).hasValue(FRAMES);
    }
    real.deactivate();
  }

  private static void ask(RadioTransport radio, List<String> answers) {
    Duration time = Duration.ofSeconds(1);
    radio.send(
        MeshKit.frame(0x1111, 1),
        Priority.CONTROL,
        TxOptions.ACKNOWLEDGED,
        time,
        delivery -> answers.add("sent " + delivery));
    radio.zdo(0x1111, 5, ByteBuffer.allocate(2), time, answer -> answers.add("zdo " + answer));
    radio.lookUp(0x1111, time, answer -> answers.add("looked up " + answer));
  }

  /** Runs everything on the spot. */
  private static final class DirectExecutor extends AbstractExecutorService {
    private boolean shut;

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {
      shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shut = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shut;
    }

    @Override
    public boolean isTerminated() {
      return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shut;
    }
  }
}
