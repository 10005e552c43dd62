package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.DelegatingLoop;
import io.otaupgrade.transport.internal.link.FakeLines.FakeLine;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoProcessorDriverTest {

  private static final ApsFrame FRAME =
      ApsFrame.to(0x1234, 1, 1, 0x0104, 0x0006, ByteBuffer.allocate(3));

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final FakeLines lines = new FakeLines();
  private final List<FakeProtocol> protocols = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Consumer<FakeProtocol> onStart = protocol -> {};
  private final CoProcessorDriver driver =
      new CoProcessorDriver(
          "home",
          "znp",
          PortAddress.of("/dev/ttyUSB0", 115_200, FlowControl.NONE),
          NetworkSettings.RESUME,
          this::protocol,
          lines);

  private CoProcessor protocol(CoProcessorHost host) {
    FakeProtocol fresh = new FakeProtocol(host);
    fresh.onStart = () -> onStart.accept(fresh);
    protocols.add(fresh);
    return fresh;
  }

  private void open() {
    open(loop);
  }

  private void open(EventLoop its) {
    onLoop(() -> driver.open(new Told(), its));
  }

  /** Opens it and waits until the protocol was started and reported its network. */
  private void openUp() {
    openUp(loop);
  }

  private void openUp(EventLoop its) {
    onStart = FakeProtocol::networkUp;
    open(its);
    until(() -> events.contains("up"));
  }

  private FakeLine line() {
    return lines.opened.get(lines.opened.size() - 1);
  }

  private FakeProtocol protocol() {
    return protocols.get(protocols.size() - 1);
  }

  private void onLoop(Runnable task) {
    loop.execute(task);
    loop.runDue();
  }

  /** Runs what is due on the loop while other threads do their part; no time passes. */
  private void until(BooleanSupplier condition) {
    boolean met = false;
    for (int i = 0; i < 200_000 && !met; i++) {
      LockSupport.parkNanos(50_000);
      loop.runDue();
      met = condition.getAsBoolean();
    }
    assertThat(met).as("in time; told: " + events).isTrue();
  }

  @AfterEach
  void everythingIsLetGo() {
    onLoop(driver::close);
    assertThat(lines.opened).allMatch(line -> line.closed);
    assertThat(protocols)
        .allSatisfy(
            each -> {
              long starts = each.calls.stream().filter("start"::equals).count();
              assertThat(each.calls.stream().filter("close"::equals)).hasSize((int) starts);
            });
  }

  @Test
  void opensTheLineOnAThreadOfItsOwnAndStartsTheProtocolOnTheLoop() {
    openUp();

    assertThat(protocol().calls).containsExactly("start");
    assertThat(events).containsExactly("znp at /dev/ttyUSB0 STARTING opening /dev/ttyUSB0", "up");
    assertThat(driver.limits()).isEqualTo(new RadioLimits(7, 3));
  }

  @Test
  void octetsComeOnTheReadersThreadAndGoToTheLine() {
    openUp();
    protocol().onReceive = () -> protocol().host.write(ByteBuffer.wrap(new byte[] {4, 5}));
    line().say("010203");
    until(() -> !line().written.isEmpty());

    assertThat(protocol().calls).contains("received 010203 on ota-radio-home");
    assertThat(line().written()).containsExactly("0405");
  }

  @Test
  void whileTheLoopKeepsTheReaderAnotherThreadReadsOn() {
    KeepingLoop keeping = new KeepingLoop(loop);
    openUp(keeping);

    line().say("01");
    until(() -> keeping.kept);
    line().say("02");
    until(() -> protocol().calls.contains("received 02 on ota-radio-home"));
    keeping.letGo.countDown();
    line().say("03");
    until(() -> protocol().calls.contains("received 03 on ota-radio-home"));

    assertThat(protocol().calls.stream().filter(call -> call.startsWith("received"))).hasSize(3);
    assertThat(lines.opened).hasSize(1);
    assertThat(line().closed).as("by the reader that was replaced").isFalse();
  }

  @Test
  void aReaderThatIsReadingAgainIsNotReplacedHoweverLateTheLoopTellsThatItKeptIt() {
    LateLoop late = new LateLoop(loop);
    openUp(late);

    line().say("01");
    until(() -> late.heldUp.size() == 1);
    int reads = line().reads;
    until(() -> line().reads > reads);
    List<Thread> readers = readers();
    late.heldUp.get(0).run();

    assertThat(readers).hasSize(1);
    assertThat(readers()).isEqualTo(readers);
  }

  @Test
  void aReaderThatDecodesTheNextOctetsIsNotReplacedEither() {
    LateLoop late = new LateLoop(loop);
    openUp(late);

    line().say("01");
    until(() -> late.heldUp.size() == 1);
    List<Thread> during = new CopyOnWriteArrayList<>();
    protocol().onReceive =
        () -> {
          late.heldUp.get(0).run();
          during.addAll(readers());
        };
    line().say("02");
    until(() -> late.heldUp.size() == 2);

    assertThat(during).hasSize(1);
  }

  @Test
  void whatTheProtocolFoundIsTheMessageOnceItIsUp() {
    onStart =
        protocol -> {
          protocol.host.progress("Z-Stack 3.x.0");
          protocol.networkUp();
        };
    open();
    until(() -> events.contains("up"));

    assertThat(events)
        .containsSubsequence(
            "znp at /dev/ttyUSB0 STARTING Z-Stack 3.x.0",
            "znp at /dev/ttyUSB0 UP Z-Stack 3.x.0",
            "up");
  }

  @Test
  void aPortThatDoesNotOpenIsTriedAgainForEverAndToldOnce() {
    lines.alwaysRefuse(new LineException("it is not there"));
    open();
    List<Double> tries = triesWithin(Duration.ofSeconds(6));

    assertThat(tries).containsExactly(0.5, 1.5, 2.5, 3.5, 4.5, 5.5);
    assertThat(events)
        .containsExactly(
            "znp at /dev/ttyUSB0 STARTING opening /dev/ttyUSB0",
            "znp at /dev/ttyUSB0 RETRYING it is not there");
    assertThat(driver.counters().linkFaults()).as("no link was there to fail").isZero();
  }

  @Test
  void anErrorWhileAPortOpensIsToldAndTriedAgain() {
    lines.failOnce(new IllegalStateException("a library's mistake"));
    onStart = FakeProtocol::networkUp;
    open();
    until(() -> events.size() == 2);
    assertThat(events.get(1)).contains("RETRYING an error of this software", "a library's mistake");

    settle();
    loop.advance(Duration.ofMillis(500));
    until(() -> events.contains("up"));
  }

  @Test
  void whatSomebodyHasToMendIsTriedAgainRarely() {
    lines.alwaysRefuse(LineException.lasting("no permission", null));
    open();
    List<Double> tries = triesWithin(Duration.ofSeconds(200));

    assertThat(tries).containsExactly(0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 123.5, 183.5);
    assertThat(events).last().isEqualTo("znp at /dev/ttyUSB0 MISCONFIGURED no permission");
    assertThat(events).hasSize(2);
  }

  /** When it tried to open the port again, seconds after the first try. */
  private List<Double> triesWithin(Duration time) {
    until(() -> lines.attempts() == 1 && events.size() == 2);
    List<Double> tries = new ArrayList<>();
    for (int tenths = 1; tenths <= time.toSeconds() * 10; tenths++) {
      int before = lines.attempts();
      loop.advance(Duration.ofMillis(100));
      // An attempt is under way on its thread: the next timer is set when it has failed.
      settle();
      if (lines.attempts() > before) {
        tries.add(tenths / 10.0);
      }
    }
    return tries;
  }

  /** Until the last attempt is over, its thread too, and the loop knows; or has started. */
  private void settle() {
    until(() -> threads() == 0 || isStarted());
    loop.runDue();
  }

  private boolean isStarted() {
    return !lines.opened.isEmpty()
        && !line().closed
        && !protocols.isEmpty()
        && protocol().calls.contains("start");
  }

  /** Lets time pass in small steps, with all attempts that come due, until this is so. */
  private void passUntil(BooleanSupplier condition) {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      settle();
      loop.advance(Duration.ofMillis(100));
    }
    until(condition);
  }

  /** The line is closed a little before the loop hears of it. */
  private void untilFaultIsTold() {
    until(() -> events.get(events.size() - 1).contains(" RETRYING "));
  }

  private static long threads() {
    return readers().size();
  }

  private static List<Thread> readers() {
    // Not by their stack traces: a thread that has not run yet has none.
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(thread -> thread.getName().equals("ota-radio-home"))
        .toList();
  }

  @Test
  void anotherReasonIsNews() {
    lines.refuse(
        new LineException("not there"),
        new LineException("not there"),
        new LineException("busy"),
        new LineException("busy"));
    onStart = FakeProtocol::networkUp;
    open();
    passUntil(() -> events.contains("up"));

    assertThat(events)
        .containsExactly(
            "znp at /dev/ttyUSB0 STARTING opening /dev/ttyUSB0",
            "znp at /dev/ttyUSB0 RETRYING not there",
            "znp at /dev/ttyUSB0 RETRYING busy",
            "up");
  }

  @Test
  void aBrokenLineIsClosedReportedAndOpenedAgain() {
    openUp();
    FakeProtocol first = protocol();
    line().breaks("/dev/ttyUSB0 is gone");
    until(() -> events.contains("down: /dev/ttyUSB0 is gone"));

    assertThat(first.calls).endsWith("close");
    assertThat(events).endsWith("znp at /dev/ttyUSB0 RETRYING /dev/ttyUSB0 is gone");
    assertThat(driver.counters().linkFaults()).isEqualTo(1);
    assertThat(lines.opened).hasSize(1);

    settle();
    loop.advance(CoProcessorDriver.FIRST_PAUSE);
    until(() -> events.stream().filter("up"::equals).count() == 2);
    assertThat(lines.opened).hasSize(2);
    assertThat(lines.opened.get(0).closed).isTrue();
    assertThat(protocols).hasSize(2);
  }

  @Test
  void aFaultOfTheCoProcessorIsToldOnceHoweverOftenItIsReported() {
    openUp();
    onLoop(
        () -> {
          protocol().host.failed(RadioFault.passing("it does not answer"));
          protocol().host.failed(RadioFault.lasting("it is broken"));
        });
    until(() -> line().closed);
    loop.runDue();

    assertThat(events).containsOnlyOnce("down: it does not answer");
    assertThat(events).noneMatch(event -> event.contains("broken"));
  }

  @Test
  void theFirmwareThatCannotDoItIsMisconfigured() {
    onStart = protocol -> protocol.host.failed(RadioFault.lasting("Z-Stack 1.2 is too old"));
    open();
    until(() -> events.size() == 2);

    assertThat(events).last().isEqualTo("znp at /dev/ttyUSB0 MISCONFIGURED Z-Stack 1.2 is too old");
    assertThat(events).noneMatch(event -> event.startsWith("down"));
  }

  @Test
  void aStartWithoutAnEndFails() {
    open();
    until(() -> !protocols.isEmpty() && protocol().calls.contains("start"));
    loop.advance(CoProcessorDriver.START_TIMEOUT);
    until(() -> line().closed);

    assertThat(events)
        .last()
        .isEqualTo("znp at /dev/ttyUSB0 RETRYING the co-processor did not start within 120 s");
  }

  @Test
  void oneThatIsUpHasAllTheTimeInTheWorld() {
    openUp();
    loop.advance(Duration.ofHours(1));
    loop.runDue();

    assertThat(events).hasSize(2);
    assertThat(line().closed).isFalse();
  }

  @Test
  void aNetworkThatGoesAndDoesNotComeBackIsStartedAnew() {
    openUp();
    onLoop(() -> protocol().host.events().networkDown("it left"));
    assertThat(events).endsWith("down: it left");
    loop.advance(CoProcessorDriver.START_TIMEOUT);
    until(() -> line().closed);

    assertThat(events.stream().filter(event -> event.startsWith("down"))).hasSize(1);
  }

  @Test
  void afterAFaultSoonAfterTheLastOnePausesGoOnGrowing() {
    openUp();
    for (int i = 0; i < 3; i++) {
      FakeLine broken = line();
      broken.breaks("flaps");
      untilFaultIsTold();
      passUntil(() -> line() != broken && events.get(events.size() - 1).equals("up"));
    }
    line().breaks("flaps");
    untilFaultIsTold();
    settle();
    int before = lines.attempts();
    loop.advance(CoProcessorDriver.LONGEST_PAUSE.minusMillis(1));
    assertThat(lines.attempts()).isEqualTo(before);
  }

  @Test
  void whatWasUpForAWhileIsOpenedAgainSoon() {
    lines.refuse(new LineException("a"), new LineException("b"), new LineException("c"));
    onStart = FakeProtocol::networkUp;
    open();
    passUntil(() -> events.contains("up"));
    loop.advance(Duration.ofSeconds(10));
    line().breaks("unplugged");
    until(() -> events.contains("down: unplugged"));
    settle();
    loop.advance(CoProcessorDriver.FIRST_PAUSE);
    until(() -> events.stream().filter("up"::equals).count() == 2);
  }

  @Test
  void afterCloseNothingIsToldAndNothingOpened() {
    openUp();
    FakeProtocol last = protocol();
    onLoop(driver::close);
    assertThat(line().closed).isTrue();
    int told = events.size();
    onLoop(
        () -> {
          last.host.events().networkDown("too late");
          last.host.events().received(FRAME);
          last.host.events().confirmed(1, Confirmation.DELIVERED);
          last.host.progress("too late");
          last.host.failed(RadioFault.passing("too late"));
          last.host.write(ByteBuffer.allocate(1));
        });
    loop.advance(Duration.ofMinutes(5));
    settle();

    assertThat(events).hasSize(told);
    assertThat(lines.attempts()).isEqualTo(1);
    assertThat(line().written).isEmpty();
  }

  @Test
  void closingWhileItWaitsForTheNextTryEndsThat() {
    lines.alwaysRefuse(new LineException("not there"));
    open();
    until(() -> events.size() == 2);
    onLoop(driver::close);
    loop.advance(Duration.ofMinutes(5));

    assertThat(lines.attempts()).isEqualTo(1);
  }

  @Test
  void mayBeOpenedAgainAfterClose() {
    openUp();
    onLoop(driver::close);
    settle();
    events.clear();
    openUp();

    assertThat(events).contains("up");
    assertThat(lines.opened).hasSize(2);
    assertThat(driver.counters().linkFaults()).isZero();
  }

  @Test
  void aStuckWriteIsAFaultAndFreesItsThread() throws Exception {
    openUp();
    FakeLine stuck = line();
    stuck.stuck = true;
    CountDownLatch freed = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              protocol().host.write(ByteBuffer.allocate(1));
              freed.countDown();
            });
    writer.start();
    assertThat(stuck.isWriting.await(20, TimeUnit.SECONDS)).isTrue();
    loop.advance(Link.STUCK.plusMillis(1));

    assertThat(freed.await(20, TimeUnit.SECONDS)).isTrue();
    until(
        () -> events.stream().anyMatch(event -> event.startsWith("down: the co-processor takes")));
    writer.join();
  }

  @Test
  void closingDoesNotWaitForAStuckWrite() throws Exception {
    openUp();
    line().stuck = true;
    Thread writer = new Thread(() -> protocol().host.write(ByteBuffer.allocate(1)));
    writer.start();
    assertThat(line().isWriting.await(20, TimeUnit.SECONDS)).isTrue();
    onLoop(driver::close);
    writer.join();

    assertThat(events).noneMatch(event -> event.startsWith("down"));
  }

  @Test
  void aProtocolThatThrowsIsClosedAndStartedAnew() {
    openUp();
    protocol().onReceive =
        () -> {
          throw new IllegalStateException("a fault of the protocol, as the test wants");
        };
    line().say("00");
    until(() -> line().closed && events.stream().anyMatch(event -> event.startsWith("down")));
    settle();
    loop.advance(CoProcessorDriver.FIRST_PAUSE);
    until(() -> protocols.size() == 2 && events.get(events.size() - 1).equals("up"));
  }

  @Test
  void framesGoToTheProtocolWhileItIsUpAndAreRefusedOtherwise() {
    open();
    until(() -> !protocols.isEmpty() && protocol().calls.contains("start"));
    onLoop(() -> driver.send(3, FRAME, TxOptions.ACKNOWLEDGED));
    assertThat(events).endsWith("confirmed 3 REFUSED");

    onLoop(protocol()::networkUp);
    onLoop(
        () -> {
          driver.send(4, FRAME, TxOptions.ACKNOWLEDGED);
          driver.permitJoin(Duration.ofSeconds(60));
        });
    assertThat(protocol().calls).endsWith("send 4", "permitJoin 60");
  }

  /** Keeps the first that assists it. */
  private static final class KeepingLoop extends DelegatingLoop {
    final CountDownLatch letGo = new CountDownLatch(1);
    volatile boolean kept;

    KeepingLoop(EventLoop loop) {
      super(loop);
    }

    @Override
    public void assist(Runnable work, Runnable heldUp) {
      work.run();
      if (!kept) {
        heldUp.run();
        kept = true;
        try {
          assertThat(letGo.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Tells those that assisted it, if ever, after it let them go. */
  private static final class LateLoop extends DelegatingLoop {
    final List<Runnable> heldUp = new CopyOnWriteArrayList<>();

    LateLoop(EventLoop loop) {
      super(loop);
    }

    @Override
    public void assist(Runnable work, Runnable told) {
      work.run();
      heldUp.add(told);
    }
  }

  /** What the driver told, as lines. */
  private final class Told implements RadioEvents {

    private void add(String event) {
      assertThat(loop.inLoop()).as("on the loop: " + event).isTrue();
      events.add(event);
    }

    @Override
    public void progress(String radio, RadioState state, String message) {
      add(radio + " " + state + " " + message);
    }

    @Override
    public void networkUp(NetworkParameters network) {
      add("up");
    }

    @Override
    public void networkDown(String reason) {
      // The protocol is closed first, so that nothing of the old line comes after this.
      assertThat(protocols.isEmpty()).isFalse();
      add("down: " + reason);
    }

    @Override
    public void received(ApsFrame frame) {
      add("received");
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      add("confirmed " + tag + " " + confirmation);
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      add("joined " + device);
    }

    @Override
    public void left(Eui64 device) {
      add("left " + device);
    }
  }
}
