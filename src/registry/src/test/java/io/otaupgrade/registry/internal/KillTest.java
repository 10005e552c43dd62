package io.otaupgrade.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageRegistration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed, as by {@code kill -9}, while it registers and withdraws. */
class KillTest {
  private static final int KILLS = 3;

  @Test
  void theStoreIsWholeAtTheNextStartAndKnowsWhatWasDone(@TempDir Path folder) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      List<String> possible = runAndKill(folder, random);
      try (RegistryFixture after =
          new RegistryFixture(folder, KilledProcess.web(), Map.of("persistImages", true))) {
        assertThat(KilledProcess.state(after)).as("seed %d", seed).isIn(possible);
        for (ImageRegistration registration : after.registry.registrations()) {
          assertThat(RegistryFixture.octets(registration.image()))
              .isEqualTo(KilledProcess.image((int) registration.key().imageVersion()));
        }
        assertThat(names(folder.resolve("incoming"))).isEmpty();
        assertThat(names(folder.resolve("images")))
            .containsExactlyInAnyOrderElementsOf(
                after.registry.registrations().stream()
                    .map(registration -> registration.image().sha256())
                    .toList());
        assertThat(folder.resolve("registrations.properties.unreadable")).doesNotExist();
      }
    }
  }

  /** Returns the states that a kill at that moment may leave: before the last step, or after it. */
  private static List<String> runAndKill(Path folder, Random random) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                KilledProcess.class.getName(),
                folder.toString(),
                Long.toString(random.nextLong()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      int lines = 2 + random.nextInt(30);
      List<String> said = new ArrayList<>();
      while (said.size() < lines) {
        String line = out.readLine();
        assertThat(line).as("the process lives").isNotNull();
        said.add(line);
      }
      process.toHandle().destroyForcibly(); // unlike Process's own, it leaves us what was said
      process.waitFor();
      out.lines().forEach(said::add); // what it did until the signal arrived
      String state = "";
      String step = "";
      for (String line : said) {
        step = line.startsWith("is ") ? "" : line;
        state = line.startsWith("is ") ? line.substring(3) : state;
      }
      return List.of(state, after(state, step));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String after(String state, String step) {
    Map<Integer, Long> held = new TreeMap<>();
    for (String each : state.split(" ", -1)) {
      if (!each.isEmpty()) {
        String[] pair = each.split("=", 2);
        held.put(Integer.valueOf(pair[0]), Long.valueOf(pair[1]));
      }
    }
    String[] words = step.split(" ", -1);
    switch (words[0]) {
      case "withdraw" -> held.remove(Integer.valueOf(words[1]));
      case "add" -> {
        held.put(Integer.valueOf(words[1]), 0L);
        held.replaceAll((deviceId, version) -> Long.valueOf(words[2]));
      }
      default -> {}
    }
    return held.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining(" "));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
