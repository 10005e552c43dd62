package io.otaupgrade.cli.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverEvent.Kind;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageDescription;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.api.drivers.PackageFinding.Severity;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FakeServices;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DriverCommandTest {

  private static final PackageDescription LAMP =
      new PackageDescription(
          "lamp.c4z",
          "lamp",
          "Lamp",
          7,
          "L1",
          "Acme",
          Optional.of("3.3.2"),
          List.of(new DeviceMatch(Optional.of("Acme"), "Lamp 1")),
          List.of("lamp.zigbee"));

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final List<PackageFinding> findings = new ArrayList<>();
  private Path source;

  @BeforeEach
  void aFolder() throws IOException {
    source = Files.createDirectories(folder.resolve("lamp/www")).getParent();
    Files.writeString(source.resolve("driver.xml"), "<devicedata/>");
    Files.writeString(source.resolve("www/lamp.zigbee"), "image");
    Files.createDirectories(source.resolve(".git"));
    Files.writeString(source.resolve(".git/config"), "hidden");
  }

  private int run(String... arguments) {
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), 0, 0);
    return DriverCommand.of(
            terminal,
            new FakeServices(folder.resolve("work")).with(DriverPackages.class, new Packages()),
            Optional.of(folder.resolve("data")))
        .setExecutionExceptionHandler(
            (fault, where, result) -> {
              assertThat(fault).isInstanceOf(CommandFailed.class);
              out.write(fault.getMessage());
              return 1;
            })
        .execute(arguments);
  }

  private final class Packages implements DriverPackages {
    @Override
    public PackageCheck check(Path file) {
      return new PackageCheck(Optional.of(LAMP), findings);
    }

    @Override
    public PackageCheck install(Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean remove(String typeId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<InstalledPackage> installed() {
      return List.of(
          new InstalledPackage(
              LAMP,
              "ab",
              List.of(
                  new BoundDriver(
                      1000,
                      new Eui64(1),
                      Optional.of("home"),
                      BoundDriver.State.WAITING,
                      "",
                      Map.of()))));
    }

    @Override
    public Optional<InstalledPackage> installed(String typeId) {
      return installed().stream()
          .filter(one -> one.description().typeId().equals(typeId))
          .findFirst();
    }

    @Override
    public List<DriverEvent> log(String typeId) {
      return typeId.equals("lamp.c4z")
          ? List.of(
              new DriverEvent(
                  Instant.EPOCH, Kind.PRINTED, typeId, 1000, "", "one\n\u001b[2Jtwo", ""))
          : List.of();
    }

    @Override
    public boolean setProperty(int deviceId, String name, String value) {
      return false;
    }
  }

  @Test
  void checkTellsAllAndWhetherItIsRefused() {
    findings.add(new PackageFinding(Severity.WARNING, "driver.xml:3", "odd"));
    assertThat(run("check", "a.c4z")).isZero();
    assertThat(out.toString()).contains("warning            driver.xml:3: odd");
    findings.add(new PackageFinding(Severity.ERROR, "", "bad"));
    assertThat(run("check", "--json", "a.c4z", "b.c4z")).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "{\"file\":\"b.c4z\",\"accepted\":false,\"findings\":[{\"severity\":\"warning\","
                + "\"where\":\"driver.xml:3\",\"message\":\"odd\"},{\"severity\":\"error\","
                + "\"where\":\"\",\"message\":\"bad\"}]");
  }

  @Test
  void packMakesTheSameOctetsEachTimeAndLeavesHiddenFilesOut() throws IOException {
    assertThat(run("pack", source.toString())).isZero();
    Path target = folder.resolve("lamp.c4z");
    byte[] first = Files.readAllBytes(target);
    try (ZipFile zip = new ZipFile(target.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .containsExactly("driver.xml", "www/lamp.zigbee");
    }
    Path other = folder.resolve("other/lamp.c4z");
    Files.createDirectories(other.getParent());
    Files.setLastModifiedTime(
        source.resolve("driver.xml"), FileTime.from(Instant.EPOCH.plusSeconds(1_000_000)));
    assertThat(run("pack", source.toString(), "--out", other.toString())).isZero();
    assertThat(Files.readAllBytes(other)).isEqualTo(first);
  }

  @Test
  void aRefusedPackageIsNotWritten() {
    findings.add(new PackageFinding(Severity.ERROR, "", "bad"));
    assertThat(run("pack", source.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("REFUSED").contains("bad");
    assertThat(folder.resolve("lamp.c4z")).doesNotExist();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkIsNotPacked() throws IOException {
    Files.createSymbolicLink(source.resolve("www/link"), Path.of("/etc/passwd"));
    assertThat(run("pack", source.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("is a link");
  }

  @Test
  void installAndRemoveWorkOnTheFolderThatServeWatches() throws IOException {
    Path file = Files.writeString(folder.resolve("lamp.c4z"), "package");
    assertThat(run("install", file.toString())).isZero();
    Path deployed = folder.resolve("data/deploy/lamp.c4z");
    assertThat(deployed).hasContent("package");
    assertThat(run("remove", "../lamp.c4z")).isEqualTo(1);
    assertThat(run("remove", "lamp.c4z")).isZero();
    assertThat(deployed).doesNotExist();
    assertThat(run("remove", "lamp.c4z")).isEqualTo(1);
    assertThat(out.toString()).contains("lamp.c4z was not installed by a file");
    assertThat(run("remove", "plug.c4z")).isEqualTo(1);
    assertThat(out.toString()).contains("no package plug.c4z is installed");
  }

  @Test
  void aRefusedPackageIsNotInstalled() throws IOException {
    findings.add(new PackageFinding(Severity.ERROR, "", "bad"));
    Path file = Files.writeString(folder.resolve("lamp.c4z"), "package");
    assertThat(run("install", file.toString())).isEqualTo(1);
    assertThat(folder.resolve("data/deploy/lamp.c4z")).doesNotExist();
  }

  @Test
  void listAndLogTellWhatTheServerDid() {
    assertThat(run("list")).isZero();
    assertThat(out.toString())
        .contains("lamp.c4z  Lamp, version 7, 1 devices")
        .contains("1000  0000000000000001  home");
    assertThat(run("log", "lamp.c4z")).isZero();
    assertThat(out.toString()).contains("1000 | one\n    ?[2Jtwo");
    assertThat(run("log", "--json", "lamp.c4z")).isZero();
    assertThat(out.toString()).contains("{\"event\":\"printed\"");
    assertThat(run("log", "plug.c4z")).isEqualTo(1);
  }
}
