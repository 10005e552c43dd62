package io.otaupgrade.itest.felix;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The runnable jar, started by its script. */
public class ServeIT {

  private static final long PATIENCE_SECONDS = 60;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Before
  public void aShellIsThere() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
  }

  /**
   * Runs it until it serves, then ends it.
   *
   * @return what it said until then
   */
  private String serve(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("itest.ota"), "serve"));
    command.addAll(List.of("--http", "127.0.0.1:0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OTA_SKIP_BUILD", "1");
    builder.environment().put("OTA_DATA", data().toString());
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      StringBuilder said = new StringBuilder();
      String line = out.readLine();
      while (line != null && !line.startsWith("ota: serving at ")) {
        said.append(line).append('\n');
        line = out.readLine();
      }
      assertTrue("it serves; it said: " + said, line != null);
      process.destroy();
      assertTrue("it ends", process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      return said.toString();
    } finally {
      process.destroyForcibly();
    }
  }

  private Path data() {
    return folder.getRoot().toPath().resolve("data");
  }

  private List<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(data().resolve("registry/images"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  public void whatIsInTheFolderOfConfigurationsHoldsFromTheStart() throws Exception {
    Path image = folder.getRoot().toPath().resolve("new.zigbee");
    Files.write(
        image,
        new OtaFileWriter(0xFFF1, 1, 2)
            .element(ElementTag.UPGRADE_IMAGE.code(), new byte[1000])
            .toByteArray());
    Path configurations = folder.newFolder("with a space").toPath();
    Files.writeString(
        configurations.resolve("io.otaupgrade.registry.cfg"), "persistImages = true\n");

    serve("--conf", configurations.toString(), "--image", image.toString());
    List<String> before = stored();
    assertFalse("an image is stored", before.isEmpty());
    serve("--conf=" + configurations);
    assertEquals("after a restart", before, stored());

    serve();
    assertEquals("nothing is kept unless it is told to", List.of(), stored());
  }

  @Test
  public void aMisspeltKeyIsNamed() throws Exception {
    Path configurations = folder.newFolder("conf").toPath();
    Files.writeString(
        configurations.resolve("io.otaupgrade.registry.cfg"),
        "persistImage = true\nstoreQuota = 1000000\n");
    Files.writeString(
        configurations.resolve("io.otaupgrade.simulator-lab.cfg"), "devises = 2\ndevices = 1\n");
    assertEquals(
        List.of(
            "io.otaupgrade.registry has no key persistImage, so it does nothing",
            "io.otaupgrade.simulator~lab has no key devises, so it does nothing"),
        serve("--conf", configurations.toString())
            .lines()
            .filter(line -> line.contains("has no key"))
            .map(line -> line.replaceFirst(".* - ", "").replaceFirst(";.*", ""))
            .sorted()
            .toList());
  }
}
