package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.api.drivers.DriverListener;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageDescription;
import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.HttpAddress;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.SimulatedDevices;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.cli.internal.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ota driver run}: a package and devices that match it, from installation to upgrade. */
@Command(
    name = "run",
    description = {
      "Tries a package on a simulated mesh, and tells what happens.",
      "The devices match the package and its image. What its drivers call, hear, print and log is",
      "told until all devices are upgraded, or nothing can happen any more.",
      "Exit code 0: every device runs the package's image."
    })
final class RunCommand implements Callable<Integer> {

  private static final String MESH = "driver";
  private static final int DEVICE_LIMIT = 200;
  private static final int LONGEST_TIMEOUT = 24 * 3600;

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PACKAGE", description = "The package (.c4z).")
  private Path file;

  @Option(
      names = "--mesh",
      paramLabel = "simulated:N",
      defaultValue = "simulated:1",
      description = "How many devices, 1 to 200 (${DEFAULT-VALUE}).")
  private String mesh;

  @Option(
      names = "--speed",
      paramLabel = "real|fast|max",
      defaultValue = "fast",
      description =
          "How fast the devices' time passes (${DEFAULT-VALUE}); the drivers' is that on the wall.")
  private Speed speed;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "Give up when no upgrade goes on for so long, 1 to 86400 (${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--json",
      description = "Print one JSON object an event, and one at the end: see docs/drivers.md.")
  private boolean json;

  /** How the devices' time passes. */
  enum Speed {
    REAL,
    FAST,
    MAX
  }

  RunCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Usage usage = new Usage(spec);
    int devices = usage.simulatedDevices("--mesh", mesh, DEVICE_LIMIT);
    usage.range("--timeout", timeout, 1, LONGEST_TIMEOUT);
    DriverPackages packages = services.await(DriverPackages.class);
    CheckReport report = new CheckReport(file.toString(), packages.check(file));
    if (!report.check().isAccepted()) {
      if (json) {
        Json.line(terminal.out(), report::writeMembers);
      } else {
        report.print(terminal.out());
      }
      return 1;
    }
    if (!json) {
      report.printFindings(terminal.out());
    }
    PackageDescription description = report.check().description().orElseThrow();
    if (description.matches().isEmpty()) {
      throw new CommandFailed(file + " matches no device: driver.xml has no binding_keys");
    }
    DriverEvents events = new DriverEvents(terminal.out(), json, false);
    DriverRun run = new DriverRun(events, Duration.ofSeconds(timeout), System::nanoTime);
    services.publish(DriverListener.class, run, Map.of());
    services.publish(UpgradeListener.class, run, Map.of());
    HttpAddress.ANY_LOCAL_PORT.open(services);
    HttpAddress.await(services);
    PackageCheck installed = packages.install(file);
    if (!installed.isAccepted()) {
      throw new CommandFailed(file + ": " + installed.findings());
    }
    FirmwareFile wanted = image(description);
    SimulatedMesh simulated =
        SimulatedDevices.join(
            services, MESH, wanted, devices, more -> configure(more, description.matches()));
    OtaServer server = services.await(OtaServer.class, "(" + OtaServer.MESH + "=" + MESH + ")");
    boolean ended = run.follow(simulated, server, wanted);
    UpgradeResult result = run.result();
    if (json) {
      Json.line(terminal.out(), result::writeMembers);
    } else {
      result.print(terminal.out());
    }
    if (!ended) {
      terminal.err().println(spec.qualifiedName() + ": no upgrade goes on any more");
    }
    return result.isSuccess() ? 0 : 1;
  }

  /** The package's image; the sample where it brings none, for devices to have something. */
  private FirmwareFile image(PackageDescription description)
      throws IOException, CommandFailed, InterruptedException {
    if (description.images().isEmpty()) {
      return FirmwareFile.in(services.folder("image"), Optional.empty());
    }
    HostedFiles hosted =
        services.await(
            HostedFiles.class, "(" + HostedFiles.DRIVER_NAME + "=" + description.name() + ")");
    return FirmwareFile.in(
        services.folder("image"),
        Optional.of(hosted.folder().resolve(description.images().get(0))));
  }

  private void configure(Map<String, Object> settings, List<DeviceMatch> matches) {
    DeviceMatch match = matches.get(0);
    settings.put("modelIdentifier", match.modelIdentifier());
    match.manufacturerName().ifPresent(name -> settings.put("manufacturerName", name));
    settings.put("speed", speed.name().toLowerCase(Locale.ROOT));
    settings.put("autoStart", false);
  }
}
