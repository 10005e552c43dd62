package io.otaupgrade.drivers.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverEvent.Kind;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.pack.TestPackage;
import io.otaupgrade.drivers.internal.pack.TestZip;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriverHostTest {

  private static final Eui64 LAMP = new Eui64(0x00124B0000000001L);
  private static final Eui64 OTHER = new Eui64(0x00124B0000000002L);

  @TempDir private Path folder;
  private final List<String> order = new ArrayList<>();
  private final List<DriverEvent> heard = new ArrayList<>();
  private final ManualLoop loop = new ManualLoop();
  private final FakeBindings bindings = new FakeBindings();
  private final FakeRuntime runtime = new FakeRuntime(order);
  private final FakeRegistry images = new FakeRegistry(order);
  private final SlowDirector director = new SlowDirector();
  private final Map<String, Path> hosted = new TreeMap<>();
  private Optional<ImageRegistry> registry = Optional.of(images);
  private Optional<OtaService> ota = Optional.empty();
  private int runtimeAsked;
  private DriverHost host;

  @BeforeEach
  void open() throws IOException {
    host = newHost(Settings.DEFAULT, true);
  }

  private DriverHost newHost(Settings settings, boolean runs) throws IOException {
    return newHost(loop, settings, runs);
  }

  private DriverHost newHost(HostLoop its, Settings settings, boolean runs) throws IOException {
    DriverHost fresh =
        new DriverHost(
            folder.resolve("data"),
            its,
            bindings,
            new Around(),
            () -> List.of(heard::add),
            settings,
            runs);
    bindings.listener = Optional.of(fresh);
    fresh.open();
    return fresh;
  }

  private final class Around implements Surroundings {
    @Override
    public Optional<DriverRuntime> runtime() {
      runtimeAsked++;
      return Optional.of(runtime);
    }

    @Override
    public Optional<ImageRegistry> registry() {
      return registry;
    }

    @Override
    public Optional<OtaService> ota() {
      return ota;
    }

    @Override
    public List<RadioTransport> transports() {
      return List.of();
    }

    @Override
    public Hosting host(String driverName, Path files) {
      hosted.put(driverName, files);
      return () -> hosted.remove(driverName);
    }
  }

  /** Answers what is asked for an image when the test says so. */
  private static final class SlowDirector implements OtaService {
    private final CompletableFuture<OtaResult> answer = new CompletableFuture<>();

    void answer() {
      answer.complete(
          new OtaResult(
              1,
              1000,
              new OtaOperation(
                  OperationName.IMAGE_INFO_RESPONSE,
                  OtaStatus.SUCCESS,
                  Optional.of(LAMP),
                  0,
                  0,
                  "",
                  "",
                  0,
                  0,
                  0)));
    }

    @Override
    public Submission imageInfo(int deviceId) {
      return new Submission(SendStatus.SENT, 1, answer);
    }

    @Override
    public Submission serviceStatus(int deviceId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Submission addImage(
        int deviceId, int mfgId, int imageTypeId, String url, String driverTypeId, long version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Submission removeImage(int deviceId, int imageTypeId) {
      throw new UnsupportedOperationException();
    }
  }

  private Path lamp(String version) throws IOException {
    return write("lamp.c4z", TestPackage.with(TestPackage.XML.replace(">7<", ">" + version + "<")));
  }

  private Path write(String name, TestZip zip) throws IOException {
    return TestPackage.write(folder, name, zip);
  }

  private void described(Eui64 device, String manufacturer, String model) {
    host.nodeEvent(
        "home",
        new NodeEvent(
            NodeEvent.Kind.DESCRIBED,
            new Node(
                device,
                0x1234,
                true,
                true,
                Optional.of(model),
                Optional.of(manufacturer),
                List.of())));
  }

  private List<Kind> kinds(int deviceId) {
    return heard.stream()
        .filter(event -> event.deviceId() == deviceId)
        .map(DriverEvent::kind)
        .toList();
  }

  private BoundDriver onlyDriver() {
    List<BoundDriver> drivers = host.installed("lamp.c4z").orElseThrow().drivers();
    assertThat(drivers).hasSize(1);
    return drivers.get(0);
  }

  @Test
  void aFittingDeviceIsBoundAndItsDriverStarted() throws IOException {
    assertThat(host.install(lamp("7")).isAccepted()).isTrue();
    described(LAMP, "Acme", "Lamp 1");
    assertThat(bindings.binding(1000).orElseThrow().device()).isEqualTo(LAMP);
    assertThat(bindings.binding(1000).orElseThrow().driverTypeId()).contains("lamp.c4z");
    FakeRuntime.Run run = runtime.runs.get(0);
    assertThat(run.setup.deviceId()).isEqualTo(1000);
    assertThat(run.setup.mesh()).isEqualTo("home");
    assertThat(run.setup.zigbeeBinding()).isEqualTo(6001);
    assertThat(Files.readString(run.setup.folder().resolve(run.setup.script())))
        .isEqualTo(TestPackage.LUA);
    assertThat(run.setup.driverXml()).isEqualTo(TestPackage.XML);
    assertThat(run.setup.persistence().getParent()).exists();
    assertThat(hosted.get("lamp").resolve("lamp.zigbee")).exists();
    assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.RUNNING);
    assertThat(kinds(1000)).containsExactly(Kind.BOUND, Kind.STARTED);
  }

  @Test
  void otherDevicesAreNot() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 2");
    described(OTHER, "Other", "Lamp 1");
    assertThat(bindings.byId).isEmpty();
    assertThat(runtimeAsked).as("nothing to run, nothing loaded").isZero();
  }

  @Test
  void padsAroundNamesDoNotCount() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme\0\0", " Lamp 1 ");
    assertThat(bindings.byId).hasSize(1);
  }

  @Test
  void aDeviceThatSomebodyBoundIsLeftAlone() throws IOException {
    bindings.bind(5, LAMP);
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    assertThat(bindings.byId).hasSize(1);
    assertThat(runtime.runs).isEmpty();
  }

  @Test
  void anOperatorsBindingWithTheTypeStartsADriverToo() throws IOException {
    host.install(lamp("7"));
    bindings.bind(5, OTHER, "lamp.c4z");
    assertThat(runtime.alive().get(0).setup.deviceId()).isEqualTo(5);
    assertThat(host.remove("lamp.c4z")).isTrue();
    assertThat(bindings.binding(5)).as("it was not ours to give").isPresent();
  }

  @Test
  void aDriverThatNamesAnotherTypeStaysTheSame() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    bindings.bind(1000, LAMP, "wrong.c4z"); // as the director learns from a call
    assertThat(runtime.alive()).hasSize(1);
    assertThat(runtime.runs).hasSize(1);
  }

  @Test
  void withoutAutoBindNothingIsBound() throws IOException {
    host.configure(Settings.read(Map.of("autoBind", "false"), Settings.DEFAULT).settings());
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    assertThat(bindings.byId).isEmpty();
  }

  @Test
  void aDeviceThatWasNeverSeenWaits() throws IOException {
    bindings.mesh = Optional.empty();
    host.install(lamp("7"));
    bindings.bind(5, LAMP, "lamp.c4z");
    assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.WAITING);
    bindings.mesh = Optional.of("home");
    bindings.bind(5, LAMP, "lamp.c4z");
    assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.RUNNING);
  }

  @Test
  void aDeviceThatWasSeenBeforeItWasBoundDoesNotWait() throws IOException {
    bindings.mesh = Optional.empty();
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.RUNNING);
    assertThat(onlyDriver().mesh()).contains("home");
  }

  @Test
  void anUpdateEndsAndWithdrawsBeforeItStarts() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    described(OTHER, "Acme", "Lamp 1");
    host.install(lamp("8"));
    assertThat(order)
        .containsExactly(
            "started 7 1000",
            "started 7 1001",
            "closed 7 1000",
            "closed 7 1001",
            "withdrawn 1000",
            "withdrawn 1001",
            "started 8 1000",
            "started 8 1001");
    try (Stream<Path> left = Files.list(folder.resolve("data/packages"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("lamp.c4z~2");
    }
    assertThat(hosted).containsOnlyKeys("lamp");
    assertThat(hosted.get("lamp")).exists();
  }

  @Test
  void theSamePackageAgainChangesNothing() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    assertThat(host.install(lamp("7")).isAccepted()).isTrue();
    assertThat(runtime.runs).hasSize(1);
    try (Stream<Path> left = Files.list(folder.resolve("data/incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aRefusedPackageLeavesTheOldOneAndNothingElse() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    TestZip evil = TestPackage.lamp();
    evil.add("../../evil", "x");
    assertThat(host.install(write("lamp.c4z", evil)).isAccepted()).isFalse();
    assertThat(runtime.alive()).hasSize(1);
    assertThat(heard.get(heard.size() - 1).kind()).isEqualTo(Kind.REFUSED);
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.map(path -> path.getFileName().toString())).doesNotContain("evil");
    }
    try (Stream<Path> left = Files.list(folder.resolve("data/incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void removalTakesAllOfIt() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    Files.writeString(runtime.runs.get(0).setup.persistence(), "{}");
    assertThat(host.remove("lamp.c4z")).isTrue();
    assertThat(order).containsSubsequence("started 7 1000", "closed 7 1000", "withdrawn 1000");
    assertThat(bindings.byId).isEmpty();
    assertThat(hosted).isEmpty();
    assertThat(host.installed()).isEmpty();
    assertThat(host.remove("lamp.c4z")).isFalse();
    try (Stream<Path> left = Files.walk(folder.resolve("data"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .doesNotContain("1000.json", "driver.xml");
    }
  }

  @Test
  void whatIsRemovedWithoutARegistryIsWithdrawnWhenThereIsOne() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    registry = Optional.empty();
    host.remove("lamp.c4z");
    images.hold(1000, "lamp.c4z", 7); // it was kept on disk
    registry = Optional.of(images);
    host.surroundingsChanged();
    assertThat(images.versionsHeldBy(1000)).isEmpty();
    images.hold(1000, "other.c4z", 1);
    host.surroundingsChanged();
    assertThat(images.versionsHeldBy(1000)).as("withdrawn once").containsExactly(1L);
  }

  @Test
  void whatIsUpdatedWithoutARegistryIsWithdrawnButNotWhatTheNewDriverRegistered()
      throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    registry = Optional.empty();
    host.install(lamp("8"));
    images.hold(1000, "lamp.c4z", 7);
    images.hold(1000, "lamp.c4z", 8);
    images.hold(1000, "wrong.c4z", 8);
    registry = Optional.of(images);
    host.surroundingsChanged();
    assertThat(images.held.get(1000))
        .extracting(registration -> registration.key().toString())
        .containsExactly("lamp.c4z:8:65521:1:1");
  }

  @Test
  void whatAFetchRegistersThatOutlastsAnUpdateIsWithdrawnWhenItEnds() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    ota = Optional.of(director);
    Instant before = loop.instant();
    host.install(lamp("8"));
    assertThat(Duration.between(before, loop.instant())).isEqualTo(Duration.ofSeconds(5));
    assertThat(order).endsWith("withdrawn 1000", "started 8 1000");
    images.hold(1000, "lamp.c4z", 7);
    director.answer();
    assertThat(images.versionsHeldBy(1000)).isEmpty();
  }

  @Test
  void anUpdateDoesNotWaitForFetchesThatHaveEnded() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    ota = Optional.of(director);
    director.answer();
    Instant before = loop.instant();
    host.install(lamp("8"));
    assertThat(loop.instant()).isEqualTo(before);
    assertThat(order).containsOnlyOnce("withdrawn 1000");
  }

  @Test
  void anUnboundDriverIsEndedAndWithdrawn() throws IOException {
    host.install(lamp("7"));
    bindings.bind(5, LAMP, "lamp.c4z");
    bindings.unbind(5);
    assertThat(order).containsExactly("started 7 5", "closed 7 5", "withdrawn 5");
  }

  @Test
  void anIdThatIsBoundToAnotherDeviceStartsAnew() throws IOException {
    host.install(lamp("7"));
    bindings.bind(5, LAMP, "lamp.c4z");
    bindings.bind(5, OTHER, "lamp.c4z");
    assertThat(runtime.runs).hasSize(2);
    assertThat(runtime.alive().get(0).setup.device()).isEqualTo(OTHER);
  }

  @Test
  void failuresPauseLongerAndLonger() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    long pause = 1;
    for (int failure = 1; failure <= 12; failure++) {
      runtime.runs.get(runtime.runs.size() - 1).watcher.failed("it looped");
      assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.PAUSED);
      assertThat(onlyDriver().message()).isEqualTo("it looped");
      loop.advance(Duration.ofSeconds(pause).minusMillis(1));
      assertThat(runtime.runs).hasSize(failure);
      loop.advance(Duration.ofMillis(1));
      assertThat(runtime.runs).hasSize(failure + 1);
      pause = Math.min(300, pause * 2);
    }
    loop.advance(Duration.ofMinutes(10));
    runtime.runs.get(12).watcher.failed("again");
    loop.advance(Duration.ofSeconds(1));
    assertThat(runtime.runs).as("after a good run, from the start").hasSize(14);
  }

  private void configure(String key, Object value) {
    host.configure(Settings.read(Map.of(key, value), Settings.DEFAULT).settings());
  }

  @Test
  void aDriverStartsAnewWhenItsAllowedHostsChangeAndOnlyThen() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    configure("allowedHosts", "plug.c4z=fw.example");
    assertThat(runtime.runs).hasSize(1);
    configure("allowedHosts", "fw.example");
    configure("allowedHosts", "plug.c4z=other.example, lamp.c4z=fw.example");
    assertThat(runtime.runs).hasSize(2);
    assertThat(runtime.alive().get(0).setup.allowedHosts()).containsExactly("fw.example");
    assertThat(order).containsExactly("started 7 1000", "closed 7 1000", "started 7 1000");
    assertThat(heard)
        .filteredOn(event -> event.kind() == Kind.STOPPED)
        .extracting(DriverEvent::subject)
        .containsExactly("its allowed hosts changed");
  }

  @Test
  void aDriverThatFailedStartsAgainWithTheSettingsThatAreInForceThen() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    configure("restartPause", 5);
    runtime.runs.get(0).watcher.failed("x");
    loop.advance(Duration.ofSeconds(4));
    assertThat(runtime.runs).hasSize(1);
    configure("allowedHosts", "fw.example");
    assertThat(runtime.runs).as("still paused").hasSize(1);
    loop.advance(Duration.ofSeconds(1));
    assertThat(runtime.runs).hasSize(2);
    assertThat(runtime.runs.get(1).setup.allowedHosts()).containsExactly("fw.example");
  }

  @Test
  void aFailureOfAnEarlierRunCountsNoMore() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    host.install(lamp("8"));
    runtime.runs.get(0).watcher.failed("late");
    loop.advance(Duration.ofHours(1));
    assertThat(runtime.runs).hasSize(2);
  }

  @Test
  void aPausedDriverThatIsRemovedDoesNotComeBack() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    runtime.runs.get(0).watcher.failed("x");
    host.remove("lamp.c4z");
    loop.advance(Duration.ofHours(1));
    assertThat(runtime.runs).hasSize(1);
  }

  @Test
  void allOfItIsThereAfterARestart() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    host.close();
    assertThat(order).endsWith("closed 7 1000").doesNotContain("withdrawn 1000");
    assertThat(hosted).isEmpty();
    host = newHost(Settings.DEFAULT, true);
    InstalledPackage again = host.installed("lamp.c4z").orElseThrow();
    assertThat(again.description().version()).isEqualTo(7);
    assertThat(again.description().images()).containsExactly("lamp.zigbee");
    assertThat(onlyDriver().state()).isEqualTo(BoundDriver.State.RUNNING);
    assertThat(onlyDriver().deviceId()).isEqualTo(1000);
    assertThat(hosted).containsOnlyKeys("lamp");
  }

  @Test
  void whatACrashLeftIsCleared() throws IOException {
    host.install(lamp("7"));
    host.close();
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("incoming/new1/content"));
    Files.createDirectories(data.resolve("packages/lamp.c4z~0/content"));
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.installed()).hasSize(1);
    assertThat(data.resolve("incoming/new1")).doesNotExist();
    assertThat(data.resolve("packages/lamp.c4z~0")).doesNotExist();
  }

  @Test
  void whatACrashLeftIsClearedBeforeAPackageCanBePrepared() throws IOException {
    host.close();
    Path left = Files.createDirectories(folder.resolve("data/incoming/new1"));
    DriverHost fresh =
        new DriverHost(
            folder.resolve("data"), loop, bindings, new Around(), List::of, Settings.DEFAULT, true);
    loop.execute(
        () -> {
          fresh.open(); // whose task waits for this one
          assertThat(left).doesNotExist();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // the name was on the disk, the octets were not
        "sha256=1\nscript=driver.lua\n", // nor was all of the manifest
      })
  void anUpdateThatAPowerCutTookBackLeavesTheOldPackage(String manifest) throws IOException {
    host.install(lamp("7"));
    host.close();
    Path old = folder.resolve("data/packages/lamp.c4z~1");
    Path cut = folder.resolve("data/packages/lamp.c4z~2");
    Files.createDirectories(cut.resolve("content"));
    Files.writeString(cut.resolve("content/driver.xml"), manifest.isEmpty() ? "" : TestPackage.XML);
    Files.writeString(cut.resolve("package.properties"), manifest);

    host = newHost(Settings.DEFAULT, false);
    assertThat(host.installed()).hasSize(1);
    assertThat(cut).as("it is another host's").exists();
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.installed()).hasSize(1);
    assertThat(old).exists();
    assertThat(cut).doesNotExist();
    host.install(lamp("8"));
    host.close();
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.installed().get(0).description().version()).isEqualTo(8);
    assertThat(old).doesNotExist();
  }

  @Test
  void aPackageOfWhichNoneCanBeReadIsNotDeleted() throws IOException {
    host.install(lamp("7"));
    host.close();
    Path only = folder.resolve("data/packages/lamp.c4z~1");
    Files.writeString(only.resolve("content/driver.xml"), "");
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.installed()).isEmpty();
    assertThat(only).exists();
  }

  @Test
  void aDroppedPackageGoesWithItsFile() throws IOException {
    Path dropped = lamp("7");
    host.install(dropped, Optional.of(dropped));
    host.removeOrigin(folder.resolve("other.c4z"));
    assertThat(host.installed()).hasSize(1);
    host.removeOrigin(dropped);
    assertThat(host.installed()).isEmpty();
    host.install(dropped, Optional.of(dropped));
    host.close();
    Files.delete(dropped);
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.installed()).as("it was taken away while the host was down").isEmpty();
  }

  @Test
  void beforeAnotherHostItOnlyLooks() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    loop.advance(Duration.ofSeconds(1));
    DriverHost looking = newHost(Settings.DEFAULT, false);
    assertThat(looking.installed()).hasSize(1);
    assertThat(looking.installed().get(0).drivers().get(0).state())
        .isEqualTo(BoundDriver.State.WAITING);
    assertThat(looking.log("lamp.c4z"))
        .extracting(DriverEvent::kind)
        .containsExactly(Kind.INSTALLED, Kind.BOUND, Kind.STARTED);
    assertThatThrownBy(() -> looking.install(lamp("8"))).isInstanceOf(IOException.class);
    assertThat(runtime.runs).hasSize(1);
  }

  @Test
  @Timeout(30)
  void aHostThatHasStoppedSaysSo() throws IOException {
    ThreadLoop thread = new ThreadLoop();
    host = newHost(thread, Settings.DEFAULT, true);
    assertThat(host.installed()).isEmpty();
    host.close();
    thread.stop();
    assertThatThrownBy(() -> host.install(lamp("7")))
        .isInstanceOf(IOException.class)
        .hasMessage("the driver host has stopped");
    assertThatThrownBy(() -> host.remove("lamp.c4z")).hasMessage("the driver host has stopped");
    assertThatThrownBy(host::installed).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theLogIsBoundedAndOutlivesTheHost() throws IOException {
    host.configure(Settings.read(Map.of("logLines", "10"), Settings.DEFAULT).settings());
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    for (int i = 0; i < 20; i++) {
      runtime.runs.get(0).watcher.logged(Level.PRINT, "line\t" + i + "\n\\");
    }
    assertThat(host.log("lamp.c4z")).hasSize(10);
    assertThat(host.log("lamp.c4z").get(9).text()).isEqualTo("line\t19\n\\");
    assertThat(host.log("../lamp.c4z")).isEmpty();
    host.close();
    host = newHost(Settings.DEFAULT, true);
    assertThat(host.log("lamp.c4z")).extracting(DriverEvent::text).contains("line\t19\n\\");
  }

  @Test
  void whatDriversDoIsHeard() throws IOException {
    host.install(lamp("7"));
    described(LAMP, "Acme", "Lamp 1");
    FakeRuntime.Run run = runtime.runs.get(0);
    run.watcher.called("zb:otaServiceStatus", "1000", "0");
    run.watcher.notified("ReceivedFromNetwork", "6001, 0");
    run.watcher.propertyChanged("Progress", "50 %");
    run.watcher.logged(Level.ERROR, "bad");
    assertThat(kinds(1000)).endsWith(Kind.CALLED, Kind.NOTIFIED, Kind.PROPERTY, Kind.LOGGED);
    assertThat(host.setProperty(1000, "Progress", "x")).isTrue();
    assertThat(onlyDriver().properties()).containsEntry("Progress", "x");
    assertThat(host.setProperty(1000, "None", "x")).isFalse();
    assertThat(host.setProperty(1, "Progress", "x")).isFalse();
  }

  @Test
  void thereIsRoomForSoMuchOnly() throws IOException {
    host.configure(Settings.read(Map.of("storeQuota", "2200"), Settings.DEFAULT).settings());
    assertThat(host.install(lamp("7")).isAccepted()).isTrue();
    assertThat(host.install(write("b.c4z", TestPackage.lamp())).findings().toString())
        .contains("there is no room");
    assertThat(host.install(write("Lamp.c4z", TestPackage.lamp())).findings().toString())
        .contains("differs by case");
  }

  @Test
  void twoHundredPackagesStartTheirDrivers() throws IOException {
    for (int i = 0; i < 200; i++) {
      host.install(
          write(
              "p" + i + ".c4z",
              TestPackage.with(TestPackage.XML.replace("Lamp 1", "Lamp " + (1000 + i)))));
      described(new Eui64(i + 1), "Acme", "Lamp " + (1000 + i));
    }
    assertThat(runtime.alive()).hasSize(200);
    host.close();
    host = newHost(Settings.DEFAULT, true);
    assertThat(runtime.alive()).hasSize(200);
  }
}
