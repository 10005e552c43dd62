package io.otaupgrade.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.registry.internal.RegistrationFile.Contents;
import io.otaupgrade.registry.internal.RegistrationRules.Change;
import io.otaupgrade.registry.internal.RegistrationRules.Decision;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of the registrations whatever was asked of them, in whatever order. */
class RegistrationRulesPropertyTest {
  private static final int MANUFACTURER = 0x1234;
  private static final int TYPE = 0x0101;

  /** Two image types, versions that repeat, and octets that differ under one version. */
  private static final List<FakeImage> IMAGES =
      Stream.of(
              RegistryFixture.image(MANUFACTURER, TYPE, 1, "a"),
              RegistryFixture.image(MANUFACTURER, TYPE, 2, "a"),
              RegistryFixture.image(MANUFACTURER, TYPE, 2, "b"),
              RegistryFixture.image(0xFFFF, TYPE, 3, "any"),
              RegistryFixture.image(MANUFACTURER, TYPE + 1, 1, "a"),
              RegistryFixture.image(MANUFACTURER, TYPE + 1, 5, "b"))
          .map(FakeImage::of)
          .toList();

  /** Something that is asked of the registrations. */
  interface Step {
    Optional<Change> take(Registrations now);
  }

  private record Register(RegistrationRequest request, FakeImage image) implements Step {
    @Override
    public Optional<Change> take(Registrations now) {
      Decision decision = RegistrationRules.register(now, request, image, VersionPolicy.NEWER);
      assertThat(decision.change().isPresent())
          .isEqualTo(decision.outcome().verdict() == Verdict.REGISTERED);
      decision
          .change()
          .ifPresent(
              change ->
                  assertThat(change.next().all())
                      .contains(decision.outcome().registration().orElseThrow()));
      return decision.change();
    }
  }

  private record Withdraw(int deviceId, int imageType) implements Step {
    @Override
    public Optional<Change> take(Registrations now) {
      Optional<Change> change = RegistrationRules.withdraw(now, deviceId, imageType);
      assertThat(change.isPresent())
          .isEqualTo(
              now.heldBy(deviceId).stream()
                  .anyMatch(registration -> registration.key().imageTypeId() == imageType));
      return change;
    }
  }

  private record Remove(int index) implements Step {
    @Override
    public Optional<Change> take(Registrations now) {
      return now.all().isEmpty()
          ? Optional.empty()
          : RegistrationRules.remove(now, now.all().get(index % now.all().size()).key());
    }
  }

  @Provide
  static Arbitrary<List<Step>> steps() {
    Arbitrary<FakeImage> images = Arbitraries.of(IMAGES);
    Arbitrary<Step> drivers =
        Combinators.combine(
                Arbitraries.integers().between(1, 4),
                Arbitraries.of("lamp.c4z", "plug.c4z"),
                Arbitraries.longs().between(1, 2),
                images)
            .as(
                (deviceId, type, version, image) ->
                    new Register(
                        RegistrationRequest.ofDriver(
                            deviceId,
                            MANUFACTURER,
                            image.header().imageType(),
                            "http://h/" + image.sha256(),
                            type,
                            version),
                        image));
    Arbitrary<String> names = Arbitraries.of("Lamp", "Plug", "a=b, c: #!\\ é灯 ");
    Arbitrary<ImageSelectors> selectors =
        Combinators.combine(
                names.set().ofMaxSize(2),
                names.set().ofMaxSize(1),
                Arbitraries.of(
                    Optional.<HardwareVersionRange>empty(),
                    Optional.of(new HardwareVersionRange(1, 5)),
                    Optional.of(new HardwareVersionRange(6, 9))))
            .as(ImageSelectors::new);
    Arbitrary<Step> operators =
        Combinators.combine(
                Arbitraries.of(Optional.<String>empty(), Optional.of("home"), Optional.of("shed")),
                selectors,
                Arbitraries.of(Optional.<VersionPolicy>empty(), Optional.of(VersionPolicy.ANY)),
                images)
            .as(
                (mesh, select, policy, image) ->
                    new Register(
                        RegistrationRequest.ofOperator(
                            "http://h/" + image.sha256(), mesh, select, policy),
                        image));
    Arbitrary<Step> withdrawals =
        Combinators.combine(Arbitraries.integers().between(1, 4), Arbitraries.of(TYPE, TYPE + 1))
            .as(Withdraw::new);
    Arbitrary<Step> removals = Arbitraries.integers().between(0, 9).map(Remove::new);
    return Arbitraries.frequencyOf(
            Tuple.of(6, drivers),
            Tuple.of(4, operators),
            Tuple.of(3, withdrawals),
            Tuple.of(1, removals))
        .list()
        .ofMaxSize(25);
  }

  @Property(tries = 300)
  void theyAreConsistentAfterEachStepAndTheEventsTellItAll(@ForAll("steps") List<Step> steps) {
    Registrations now = Registrations.NONE;
    Map<ImageKey, Set<Integer>> followed = new HashMap<>();
    for (Step step : steps) {
      Optional<Change> change = step.take(now);
      if (change.isPresent()) {
        now = change.get().next();
        change.get().events().forEach(event -> follow(event, followed));
      }
      assertConsistent(now);
      assertThat(followed).as("what a listener knows").isEqualTo(holders(now));
    }
  }

  private static void follow(ImageEvent event, Map<ImageKey, Set<Integer>> followed) {
    ImageKey key = event.registration().orElseThrow().key();
    switch (event.kind()) {
      case REGISTERED -> followed.put(key, new HashSet<>(event.deviceIds()));
      case REMOVED -> assertThat(followed.remove(key)).isEqualTo(event.deviceIds());
      case HOLDER_ADDED -> followed.get(key).addAll(event.deviceIds());
      case HOLDER_WITHDRAWN -> followed.get(key).removeAll(event.deviceIds());
      case FETCH_BEGAN, FETCH_ENDED -> throw new AssertionError(event);
    }
  }

  private static Map<ImageKey, Set<Integer>> holders(Registrations now) {
    Map<ImageKey, Set<Integer>> holders = new HashMap<>();
    now.all().forEach(each -> holders.put(each.key(), each.holders()));
    return holders;
  }

  private static void assertConsistent(Registrations now) {
    Map<String, Long> driverVersions = new HashMap<>();
    Set<String> slots = new HashSet<>();
    Map<Integer, Set<ImageKey>> held = new HashMap<>();
    for (ImageRegistration each : now.all()) {
      ImageKey key = each.key();
      assertThat(each.image().header().fileVersion()).isEqualTo(key.imageVersion());
      assertThat(now.byStoredName(each.image().storedName())).contains(each.image());
      assertThat(now.images(each.image().id())).contains(each.image());
      each.holders().forEach(id -> held.computeIfAbsent(id, any -> new HashSet<>()).add(key));
      if (each.isOperators()) {
        assertThat(each.holders()).isEmpty();
        continue;
      }
      assertThat(each.holders()).isNotEmpty();
      assertThat(slots.add(key.driverTypeId() + key.manufacturerId() + "/" + key.imageTypeId()))
          .as("one image of a driver type for " + key)
          .isTrue();
      assertThat(driverVersions.putIfAbsent(key.driverTypeId(), key.driverVersion()))
          .as("one version of " + key.driverTypeId())
          .isIn(null, key.driverVersion());
    }
    Map<Integer, Set<ImageKey>> told = new HashMap<>();
    now.held().forEach((id, keys) -> told.put(id, new HashSet<>(keys)));
    assertThat(told).isEqualTo(held);
    now.held().values().forEach(keys -> assertThat(keys).doesNotHaveDuplicates());
  }

  @Provide
  static Arbitrary<ImageQuery> queries() {
    return Combinators.combine(
            Arbitraries.of("home", "shed"),
            Arbitraries.of("lamp.c4z", "plug.c4z", "none.c4z").set().ofMaxSize(2),
            Arbitraries.of(TYPE, TYPE + 1),
            Arbitraries.longs().between(0, 5),
            Arbitraries.integers().between(0, 10),
            Arbitraries.of(Optional.<String>empty(), Optional.of("Lamp"), Optional.of("Plug")))
        .as(
            (mesh, types, imageType, running, hardware, model) ->
                new ImageQuery(
                    mesh,
                    new Eui64(7),
                    types,
                    MANUFACTURER,
                    imageType,
                    running,
                    hardware == 0 ? OptionalInt.empty() : OptionalInt.of(hardware),
                    model,
                    Optional.of("Lamp")));
  }

  @Property(tries = 300)
  void noDeviceIsOfferedAnImageThatMayBeAnotherProducts(
      @ForAll("steps") List<Step> steps, @ForAll("queries") ImageQuery query) {
    Registrations now = after(steps);
    Optional<ImageRegistration> offer = now.find(query, true);
    if (offer.isEmpty()) {
      return;
    }
    ImageRegistration found = offer.get();
    assertThat(found.key().imageTypeId()).isEqualTo(query.imageType());
    assertThat(found.versionPolicy().offers(found.key().imageVersion(), query.currentFileVersion()))
        .isTrue();
    if (!found.isOperators()) {
      assertThat(query.driverTypeIds()).contains(found.key().driverTypeId());
    } else if (found.selectors().isEmpty()) {
      assertThat(now.all())
          .filteredOn(other -> other.key().imageTypeId() == query.imageType())
          .filteredOn(other -> other.mesh().isEmpty() || other.mesh().equals(found.mesh()))
          .extracting(other -> other.image().sha256())
          .containsOnly(found.image().sha256());
    } else {
      Set<String> models = found.selectors().modelIdentifiers();
      assertThat(models.isEmpty() || models.contains(query.modelIdentifier().orElse(""))).isTrue();
    }
  }

  @Property(tries = 40)
  void theyComeBackFromTheirFileAsTheyWere(@ForAll("steps") List<Step> steps) throws IOException {
    Path folder = Files.createTempDirectory("registrations");
    try {
      Registrations now = after(steps);
      Map<String, Validator> validators = new TreeMap<>();
      now.all()
          .forEach(
              each ->
                  validators.put(each.url(), new Validator("W/\"é=\\\"", each.image().sha256())));
      RegistrationFile file = new RegistrationFile(folder);
      file.write(new Contents(now, validators));
      List<String> dropped = new ArrayList<>();

      Contents back =
          new RegistrationFile(folder)
              .read(RegistrationRulesPropertyTest::load, VersionPolicy.NEWER, dropped);

      assertThat(dropped).isEmpty();
      assertThat(List.copyOf(back.registrations().entries())).isEqualTo(List.copyOf(now.entries()));
      assertThat(back.registrations().held()).isEqualTo(now.held());
      assertThat(back.validators()).isEqualTo(validators);
    } finally {
      Files.deleteIfExists(folder.resolve("registrations.properties"));
      Files.delete(folder);
    }
  }

  private static FakeImage load(String sha256, String storedName) throws IOException {
    return IMAGES.stream()
        .filter(image -> image.sha256().equals(sha256))
        .findAny()
        .orElseThrow(() -> new NoSuchFileException(storedName));
  }

  private static Registrations after(List<Step> steps) {
    Registrations now = Registrations.NONE;
    for (Step step : steps) {
      now = step.take(now).map(Change::next).orElse(now);
    }
    return now;
  }
}
