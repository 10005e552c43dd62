package io.otaupgrade.cli.internal.demo;

import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.HttpAddress;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.MeshOptions;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.SimulatedDevices;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.cli.internal.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ota demo}: the whole way of an image, from a driver's call to devices that run it, on a
 * simulated mesh.
 */
@Command(
    name = "demo",
    description = {
      "Upgrades simulated devices and shows how.",
      "Exit code 0: every device runs the new version and holds a byte-identical image."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String MESH = "demo";
  private static final String DRIVER = "ota-demo";
  private static final String DRIVER_TYPE = DRIVER + ".c4z";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How mesh time passes. */
  enum Speed {
    /** As on the air. */
    REAL,
    /** Some times as fast. */
    FAST,
    /** Virtual: as fast as the processor allows. */
    MAX;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Firmware image; without it a sample image.")
  private Optional<Path> image = Optional.empty();

  @Mixin private MeshOptions meshOptions;

  @Option(
      names = "--speed",
      paramLabel = "real|fast|max",
      defaultValue = "fast",
      description = "How fast mesh time passes; max is virtual time (${DEFAULT-VALUE}).")
  private Speed speed;

  @Option(names = "--json", description = "Print one JSON object at the end and nothing else.")
  private boolean json;

  public DemoCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    meshOptions.check(new Usage(spec));
    long begun = System.nanoTime();
    FirmwareFile wanted = FirmwareFile.in(services.folder("demo/" + DRIVER), image);
    HttpAddress.ANY_LOCAL_PORT.open(services);
    SimulatedMesh mesh =
        SimulatedDevices.join(services, MESH, wanted, meshOptions.devices(), this::configure);
    String onThisMesh = "(" + OtaServer.MESH + "=" + MESH + ")";
    OtaServer server = services.await(OtaServer.class, onThisMesh);
    DemoRun run = new DemoRun(mesh, server, wanted);
    services.publish(
        HostedFiles.class,
        () -> wanted.path().getParent(),
        Map.of(HostedFiles.DRIVER_NAME, DRIVER));
    services.publish(UpgradeListener.class, run, Map.of());
    register(wanted, mesh);
    run.start();
    progress(wanted).follow(run);
    UpgradeResult result = run.result(Duration.ofNanos(System.nanoTime() - begun));
    if (json) {
      Json.line(terminal.out(), result::writeMembers);
    } else {
      result.print(terminal.out());
    }
    return result.isSuccess() ? 0 : 1;
  }

  private void configure(Map<String, Object> mesh) {
    meshOptions.addTo(mesh);
    mesh.put("speed", speed.word());
    mesh.put("autoStart", false);
  }

  private Progress progress(FirmwareFile wanted) {
    if (json) {
      return Progress.NONE;
    }
    return terminal.isInteractive()
        ? new TerminalProgress(terminal, wanted.header().totalImageSize())
        : new PlainProgress(terminal.out());
  }

  /** As the drivers of the devices would: each binds its id and adds its image. */
  private void register(FirmwareFile wanted, SimulatedMesh mesh)
      throws CommandFailed, InterruptedException {
    DeviceBindings bindings = services.await(DeviceBindings.class);
    OtaService ota = services.await(OtaService.class);
    HttpAddress.await(services);
    String url = "controller://driver/" + DRIVER + "/" + wanted.path().getFileName();
    List<CompletableFuture<OtaResult>> results = new ArrayList<>();
    int deviceId = 0;
    for (SimulatedDeviceReport device : mesh.devices()) {
      deviceId++;
      bindings.bind(deviceId, device.eui64());
      results.add(
          ota.addImage(
                  deviceId,
                  wanted.header().manufacturerCode(),
                  wanted.header().imageType(),
                  url,
                  DRIVER_TYPE,
                  1)
              .finalResult()
              .toCompletableFuture());
    }
    for (CompletableFuture<OtaResult> pending : results) {
      OtaStatus status = finalStatus(pending);
      if (status != OtaStatus.SUCCESS) {
        throw new CommandFailed("addImage ended with " + status.word());
      }
    }
  }

  private static OtaStatus finalStatus(CompletableFuture<OtaResult> pending)
      throws CommandFailed, InterruptedException {
    try {
      return pending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).operation().status();
    } catch (ExecutionException e) {
      throw new CommandFailed(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new CommandFailed("addImage did not end within " + PATIENCE.toSeconds() + " s");
    }
  }
}
