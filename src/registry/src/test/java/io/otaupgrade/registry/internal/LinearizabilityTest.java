package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What threads saw that added, withdrew and looked up at the same time must be explained by some
 * order of their calls, one after the other, each somewhere between its beginning and its end.
 */
class LinearizabilityTest {
  private static final int THREADS = 3;
  private static final int CALLS = 4; // of each thread in a round
  private static final int ROUNDS = 60;
  private static final int DEVICES = 3;
  private static final int VERSIONS = 2;

  /** The sequential registry: which version is registered (0 = none) and who holds it. */
  private record Model(long version, Set<Integer> holders) {
    static final Model EMPTY = new Model(0, Set.of());

    Model add(int deviceId, long added) {
      Set<Integer> more = new TreeSet<>(holders);
      more.add(deviceId);
      return new Model(added, more);
    }

    Model withdraw(int deviceId) {
      Set<Integer> fewer = new TreeSet<>(holders);
      fewer.remove(deviceId);
      return fewer.isEmpty() ? EMPTY : new Model(version, fewer);
    }
  }

  /** A kind of call. */
  private enum Kind {
    ADD,
    WITHDRAW,
    FIND,
    HELD_BY
  }

  /** A call with its result and the moments between which it had its effect. */
  private record Call(Kind kind, int deviceId, long argument, Object result, long begin, long end) {

    /** Whether the model gives this result, and then the model afterwards. */
    Optional<Model> on(Model model) {
      boolean holds = model.holders().contains(deviceId);
      return switch (kind) {
        case ADD -> {
          Model next = model.add(deviceId, argument);
          yield same(next.holders(), next);
        }
        case WITHDRAW -> same(holds, holds ? model.withdraw(deviceId) : model);
        case FIND -> same(model.version(), model);
        case HELD_BY -> same(holds ? model.version() : 0L, model);
      };
    }

    private Optional<Model> same(Object expected, Model next) {
      return expected.equals(result) ? Optional.of(next) : Optional.empty();
    }
  }

  private final AtomicLong clock = new AtomicLong();

  @Test
  void concurrentCallsCanBeExplainedByAnOrder(@TempDir Path folder) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RegistryFixture home = new RegistryFixture(folder)) {
      for (long version = 1; version <= VERSIONS; version++) {
        home.web.put("http://h/" + version, RegistryFixture.image(version));
      }
      for (int round = 0; round < ROUNDS; round++) {
        List<Call> history = run(home, random);
        assertThat(isExplained(history, Model.EMPTY, new HashSet<>()))
            .as("seed %d, round %d: %s", seed, round, history)
            .isTrue();
        for (int deviceId = 1; deviceId <= DEVICES; deviceId++) {
          home.registry.withdraw(deviceId, TYPE);
        }
        assertThat(home.registry.registrations()).isEmpty();
      }
    }
  }

  private List<Call> run(RegistryFixture home, Random random) throws InterruptedException {
    List<Call> history = Collections.synchronizedList(new ArrayList<>());
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<Runnable> calls = new ArrayList<>();
      for (int j = 0; j < CALLS; j++) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        int deviceId = 1 + random.nextInt(DEVICES);
        long version = 1L + random.nextInt(VERSIONS);
        calls.add(() -> history.add(call(home, kind, deviceId, version)));
      }
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                  throw new AssertionError(e);
                }
                calls.forEach(Runnable::run);
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(history).hasSize(THREADS * CALLS);
    return history;
  }

  private Call call(RegistryFixture home, Kind kind, int deviceId, long version) {
    long begin = clock.incrementAndGet();
    Object result =
        switch (kind) {
          case ADD -> {
            var outcome = RegistryFixture.outcome(home.add(deviceId, "http://h/" + version));
            assertThat(outcome.verdict()).isEqualTo(Verdict.REGISTERED);
            ImageRegistration registration = outcome.registration().orElseThrow();
            assertThat(registration.key().imageVersion()).isEqualTo(version);
            yield registration.holders();
          }
          case WITHDRAW -> home.registry.withdraw(deviceId, TYPE);
          case FIND ->
              home.registry
                  .find(RegistryFixture.lamp(0))
                  .map(registration -> registration.key().imageVersion())
                  .orElse(0L);
          case HELD_BY ->
              home.registry.heldBy(deviceId).stream()
                  .map(registration -> registration.key().imageVersion())
                  .findFirst()
                  .orElse(0L);
        };
    return new Call(kind, deviceId, version, result, begin, clock.incrementAndGet());
  }

  /** Tries every order that the moments allow; {@code dead} are those found to lead nowhere. */
  private static boolean isExplained(List<Call> open, Model model, Set<List<Object>> dead) {
    if (open.isEmpty()) {
      return true;
    }
    if (dead.contains(List.<Object>of(open, model))) {
      return false;
    }
    long firstEnd = open.stream().mapToLong(Call::end).min().orElseThrow();
    for (Call call : open) {
      if (call.begin() > firstEnd) {
        continue; // another was over before this one began
      }
      var next = call.on(model);
      if (next.isPresent()) {
        List<Call> rest = new ArrayList<>(open);
        rest.remove(call);
        if (isExplained(rest, next.get(), dead)) {
          return true;
        }
      }
    }
    dead.add(List.of(List.copyOf(open), model));
    return false;
  }

  @Test
  void theCheckItselfSeesAWithdrawalThatIsForgotten() {
    Call add = new Call(Kind.ADD, 1, 1, Set.of(1), 1, 2);
    Call withdraw = new Call(Kind.WITHDRAW, 1, 0, true, 3, 4);
    assertThat(isExplained(List.of(add, withdraw, find(1, 5, 6)), Model.EMPTY, new HashSet<>()))
        .isFalse();
    assertThat(isExplained(List.of(add, withdraw, find(0, 5, 6)), Model.EMPTY, new HashSet<>()))
        .isTrue();
    assertThat(isExplained(List.of(add, withdraw, find(1, 2, 6)), Model.EMPTY, new HashSet<>()))
        .as("while it was withdrawn")
        .isTrue();
  }

  private static Call find(long version, long begin, long end) {
    return new Call(Kind.FIND, 1, 0, version, begin, end);
  }
}
