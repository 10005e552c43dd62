package io.otaupgrade.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aQute.bnd.osgi.Jar;
import aQute.bnd.version.Version;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.zcl.Eui64;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiBaselineTest {
  @Test
  void apiKeepsWhatItsVersionsPromise() throws Exception {
    compare("io.otaupgrade.api", OtaService.class);
  }

  @Test
  void zclKeepsWhatItsVersionsPromise() throws Exception {
    compare("io.otaupgrade.zcl", Eui64.class);
  }

  private static void compare(String bundle, Class<?> inIt) throws Exception {
    Optional<Path> released = ApiBaseline.ofThisBuild().released(bundle);
    if (released.isEmpty()) {
      System.out.println("API baseline: no release of " + bundle + " yet, nothing to compare with");
      return;
    }
    try (Jar older = new Jar(released.get().toFile());
        Jar newer = jarOf(inIt)) {
      assertThat(ApiBaseline.faults(newer, older)).isEmpty();
    }
  }

  /** The bundle as it is built, from the class path of this test. */
  private static Jar jarOf(Class<?> inIt) throws Exception {
    return new Jar(
        Path.of(inIt.getProtectionDomain().getCodeSource().getLocation().toURI()).toFile());
  }

  @Nested
  class TheCheck {
    @Test
    void findsNothingWhereNothingChanged() throws Exception {
      try (Jar older = jarOf(OtaService.class);
          Jar newer = jarOf(OtaService.class)) {
        assertThat(ApiBaseline.faults(newer, older)).isEmpty();
      }
    }

    @Test
    void findsATypeThatIsGoneFromAPackageOfTheSameVersion() throws Exception {
      try (Jar older = jarOf(OtaService.class);
          Jar newer = jarOf(OtaService.class)) {
        assertThat(newer.remove("io/otaupgrade/api/OtaService.class")).isNotNull();
        assertThat(ApiBaseline.faults(newer, older))
            .singleElement()
            .asString()
            .startsWith("io.otaupgrade.api: MAJOR change since 1.0.0");
      }
    }

    @Test
    void wantsNoBaselineBeforeTheFirstRelease(@TempDir Path empty) throws Exception {
      assertThat(new ApiBaseline(empty, new Version(1, 0, 0, "SNAPSHOT")).released("x")).isEmpty();
    }

    @Test
    void wantsOneAfterTheFirstRelease(@TempDir Path empty) {
      assertThatThrownBy(
              () -> new ApiBaseline(empty, new Version(1, 0, 1, "SNAPSHOT")).released("x"))
          .hasMessageContaining("x has been released");
    }

    @Test
    void wantsNoMoreThanOne(@TempDir Path folder) throws Exception {
      Files.createFile(folder.resolve("x-1.0.0.jar"));
      Files.createFile(folder.resolve("x-1.1.0.jar"));
      assertThatThrownBy(() -> new ApiBaseline(folder, new Version(2, 0, 0)).released("x"))
          .hasMessageContaining("only the last release");
    }
  }
}
