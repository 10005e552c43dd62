package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.HttpAddress;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.SimulatedDevices;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ota serve}: the runtime, until it is stopped. */
@Command(name = "serve", description = "Runs the OTA server until it is stopped (Ctrl-C).")
public final class ServeCommand implements Callable<Integer> {

  private static final String MESH = "simulated";
  private static final String DRIVER = "ota-serve-";
  private static final int DEVICE_LIMIT = 1000;

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Option(
      names = "--conf",
      paramLabel = "DIR",
      description = "Folder of .cfg files, one a PID; changes are taken up at once.")
  private Optional<Path> conf = Optional.empty();

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8189",
      description = {
        "Where images are hosted (${DEFAULT-VALUE}).",
        "Clients on other machines need allowedClients of io.otaupgrade.registry.web as well."
      })
  private String http;

  @Option(
      names = "--mesh",
      paramLabel = "simulated:N",
      description = "A mesh of N simulated devices, 1 to 1000, that fit the first image.")
  private Optional<String> mesh = Optional.empty();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Firmware image for every device that it fits; may be given again.")
  private List<Path> images = new ArrayList<>();

  @Option(names = "--json", description = "Tell the start as one JSON object.")
  private boolean json;

  public ServeCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    HttpAddress address =
        HttpAddress.parse(http)
            .orElseThrow(() -> wrong("--http must be HOST:PORT, port 0 to 65535, was " + http));
    int simulated = simulatedDevices();
    if (conf.isPresent() && !Files.isDirectory(conf.get())) {
      throw wrong("--conf must be a folder, was " + conf.get());
    }
    List<FirmwareFile> files = new ArrayList<>();
    for (Path image : images) {
      files.add(FirmwareFile.in(services.folder(DRIVER + files.size()), Optional.of(image)));
    }
    services.await(ImageRegistry.class); // without one there is nothing to serve
    address.open(services);
    if (conf.isPresent()) {
      watch(conf.get());
    }
    String url = HttpAddress.await(services);
    for (int i = 0; i < files.size(); i++) {
      offer(DRIVER + i, files.get(i));
    }
    if (simulated > 0) {
      FirmwareFile fitting =
          files.isEmpty()
              ? FirmwareFile.in(services.folder("sample"), Optional.empty())
              : files.get(0);
      SimulatedDevices.join(services, MESH, fitting, simulated, settings -> {});
    }
    tellStart(url, simulated);
    new CountDownLatch(1).await(); // the launcher ends the process
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int simulatedDevices() {
    if (mesh.isEmpty()) {
      return 0;
    }
    String kind = MESH + ":";
    try {
      int devices =
          mesh.get().startsWith(kind) ? Integer.parseInt(mesh.get().substring(kind.length())) : 0;
      if (devices >= 1 && devices <= DEVICE_LIMIT) {
        return devices;
      }
    } catch (NumberFormatException noNumber) {
      // the message below says what is wanted
    }
    throw wrong("--mesh must be simulated:N, N from 1 to " + DEVICE_LIMIT + ", was " + mesh.get());
  }

  /** Felix FileInstall turns the folder's .cfg files into configurations, now and later. */
  private void watch(Path folder) throws IOException, CommandFailed, InterruptedException {
    services.configureInstance(
        "org.apache.felix.fileinstall",
        "conf",
        Map.of(
            "felix.fileinstall.dir", folder.toAbsolutePath().toString(),
            "felix.fileinstall.filter", ".*\\.(cfg|config)",
            "felix.fileinstall.poll", "1000",
            "felix.fileinstall.enableConfigSave", "false",
            "felix.fileinstall.noInitialDelay", "true",
            "felix.fileinstall.log.level", "1"));
  }

  private void offer(String name, FirmwareFile file) throws CommandFailed, InterruptedException {
    services.publish(
        HostedFiles.class, () -> file.path().getParent(), Map.of(HostedFiles.DRIVER_NAME, name));
    RegistrationRequest request =
        RegistrationRequest.ofOperator(
            "controller://driver/" + name + "/" + file.path().getFileName(),
            Optional.empty(),
            ImageSelectors.NONE,
            Optional.empty());
    try {
      RegistrationOutcome outcome =
          services
              .await(ImageRegistry.class)
              .register(request)
              .outcome()
              .toCompletableFuture()
              .get();
      if (outcome.registration().isEmpty()) {
        throw new CommandFailed(
            file.path().getFileName() + ": " + outcome.verdict() + ", " + outcome.detail());
      }
    } catch (ExecutionException e) {
      throw new CommandFailed(file.path().getFileName() + ": " + e.getCause());
    }
  }

  private void tellStart(String url, int simulated) throws IOException {
    if (json) {
      Json.line(
          terminal.out(),
          start -> {
            start.writeStringField("event", "started");
            start.writeStringField("url", url);
            start.writeNumberField("images", images.size());
            start.writeNumberField("simulatedDevices", simulated);
          });
    } else {
      terminal
          .out()
          .printf(
              "ota: serving at %s (%d images, %d simulated devices)%n",
              url, images.size(), simulated);
    }
  }
}
