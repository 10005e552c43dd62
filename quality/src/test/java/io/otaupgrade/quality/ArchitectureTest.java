package io.otaupgrade.quality;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the bundles may know of each other, and of the clock. */
@AnalyzeClasses(packages = "io.otaupgrade", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final Set<String> EXPORTING = Set.of("zcl", "api");

  /**
   * Where time and chance come in. Everything else is handed a clock, a loop or a seeded generator,
   * so that a test decides what time it is.
   */
  private static final Set<String> EDGES =
      Set.of(
          "io.otaupgrade.transport.internal.RealTimeLoop",
          "io.otaupgrade.simulator.internal.time.ScaledTimeLoop",
          "io.otaupgrade.registry.internal.fetch.SystemTicks",
          "io.otaupgrade.drivers.internal.c4.HostTime",
          // tells the user how long it took
          "io.otaupgrade.cli.internal.demo.DemoCommand",
          // waits for drivers, whose timers run by the clock on the wall
          "io.otaupgrade.cli.internal.driver.RunCommand",
          // wait for radios that have no clock of their own before they are there
          "io.otaupgrade.cli.internal.devices.DevicesCommand",
          "io.otaupgrade.cli.internal.serve.ServeCommand");

  private static final Pattern TIME_OR_CHANCE =
      Pattern.compile(
          "java\\.lang\\.System\\.(currentTimeMillis|nanoTime)"
              + "|java\\.lang\\.Thread\\.sleep"
              + "|java\\.time\\..*\\.now"
              + "|java\\.util\\.Date\\.<init>\\(\\)"
              + "|java\\.util\\.Random\\.<init>\\(\\)"
              + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\.current"
              + "|java\\.lang\\.Math\\.random"
              + "|java\\.util\\.Timer\\.<init>");

  /** A clock to hand on, not to read: a component's own constructor picks it. */
  private static final Pattern SYSTEM_CLOCK =
      Pattern.compile("java\\.time\\.(InstantSource\\.system|Clock\\.system\\w*)");

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_COME_IN_AT_THE_EDGES =
      classes()
          .should(
              new ArchCondition<>("read the clock and draw random numbers only at the edges") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (EDGES.contains(outermost(type))) {
                    return;
                  }
                  for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
                    String target = name(access.getTarget());
                    boolean handedOn =
                        SYSTEM_CLOCK.matcher(target).lookingAt()
                            && access.getOrigin() instanceof JavaConstructor;
                    boolean read =
                        TIME_OR_CHANCE.matcher(target).lookingAt()
                            || SYSTEM_CLOCK.matcher(target).lookingAt();
                    if (read && !handedOn) {
                      events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                  }
                }
              });

  @ArchTest
  static final ArchRule ZCL_IS_PLAIN_JAVA =
      classes()
          .that()
          .resideInAPackage("io.otaupgrade.zcl..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "javax.crypto..", "io.otaupgrade.zcl..")
                  .or(resideInAnyPackage("org.osgi.annotation..")));

  @ArchTest
  static final ArchRule THE_API_NAMES_NOTHING_BUT_JAVA_AND_ZCL =
      classes()
          .that()
          .resideInAPackage("io.otaupgrade.api..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..", "io.otaupgrade.zcl..", "io.otaupgrade.api..", "org.osgi.annotation.."));

  @ArchTest
  static final ArchRule BUNDLES_MEET_IN_API_AND_ZCL_ONLY =
      classes()
          .should(
              new ArchCondition<>("depend on no other bundle than api and zcl") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  String own = bundle(type).orElseThrow();
                  type.getDirectDependenciesFromSelf().stream()
                      .filter(
                          dependency ->
                              bundle(dependency.getTargetClass())
                                  .filter(other -> !other.equals(own))
                                  .filter(
                                      other ->
                                          !EXPORTING.contains(other)
                                              || isInternal(dependency.getTargetClass()))
                                  .isPresent())
                      .forEach(
                          dependency ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      dependency, dependency.getDescription())));
                }
              });

  @ArchTest
  static final ArchRule SERVLETS_ARE_KNOWN_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.otaupgrade.registry.internal.web..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "javax.servlet..",
              "jakarta.servlet..",
              "org.osgi.service.servlet..",
              "org.osgi.service.http..");

  @ArchTest
  static void whatIsNotExportedIsNamedInternal(JavaClasses all) {
    DescribedPredicate<JavaClass> privately =
        DescribedPredicate.describe(
            "of a bundle that exports nothing",
            type -> !EXPORTING.contains(bundle(type).orElseThrow()));
    classes().that(privately).should().resideInAPackage("io.otaupgrade.*.internal..").check(all);
  }

  @ArchTest
  static void onlyZclAndApiExportAndNothingInternal(JavaClasses ignored) throws IOException {
    Map<String, String> exports = new TreeMap<>();
    Set<String> bundles = new TreeSet<>();
    for (URL url :
        Collections.list(
            ArchitectureTest.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
      Attributes headers;
      try (InputStream in = url.openStream()) {
        headers = new Manifest(in).getMainAttributes();
      }
      String name = String.valueOf(headers.getValue("Bundle-SymbolicName"));
      if (name.startsWith("io.otaupgrade.")) {
        bundles.add(name);
        Optional.ofNullable(headers.getValue("Export-Package"))
            .ifPresent(packages -> exports.put(name, packages));
      }
    }
    assertThat(bundles).hasSize(9);
    assertThat(exports).containsOnlyKeys("io.otaupgrade.api", "io.otaupgrade.zcl");
    assertThat(exports.values()).noneMatch(packages -> packages.contains(".internal"));
  }

  /** {@code cluster} for what is in {@code io.otaupgrade.cluster…}; empty for foreign classes. */
  private static Optional<String> bundle(JavaClass type) {
    Matcher matcher =
        Pattern.compile("io\\.otaupgrade\\.(\\w+)(\\..*)?").matcher(type.getPackageName());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static boolean isInternal(JavaClass type) {
    return type.getPackageName().matches(".*\\.internal(\\..*)?");
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElseGet(type::getName);
  }

  private static String name(CodeUnitAccessTarget target) {
    return target.getFullName();
  }
}
