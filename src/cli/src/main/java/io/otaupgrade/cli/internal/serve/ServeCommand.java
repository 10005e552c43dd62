package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.HttpAddress;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Shutdown;
import io.otaupgrade.cli.internal.SimulatedDevices;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.cli.internal.Usage;
import io.otaupgrade.cli.internal.driver.DriverCommand;
import io.otaupgrade.cli.internal.radio.FormOptions;
import io.otaupgrade.cli.internal.radio.RadioOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ota serve}: the runtime, until it is stopped. */
@Command(
    name = "serve",
    description = {
      "Runs the OTA server until it is stopped (Ctrl-C), and tells what happens.",
      "With --exit-when-done it ends by itself; exit code 0: all devices run the new version."
    })
public final class ServeCommand implements Callable<Integer> {

  private static final String SIMULATED = "simulated";
  private static final String DRIVER = "ota-serve-";
  private static final String WATCHED_FOLDER = "felix.fileinstall.dir";
  private static final int DEVICE_LIMIT = 1000;
  private static final int LONGEST_PERMIT = 254;
  private static final int USUAL_TIMEOUT_SECONDS = 900;
  private static final int LONGEST_TIMEOUT_SECONDS = 7 * 24 * 3600;

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

  @Mixin private RadioOptions radio = new RadioOptions();

  @Mixin private FormOptions form = new FormOptions();

  @Option(
      names = "--permit-join",
      paramLabel = "SECONDS",
      description = "Let devices join for this long once the radio is up, 0 to 254.")
  private Optional<Integer> permitJoin = Optional.empty();

  @Option(
      names = "--exit-when-done",
      description = "End when the devices that ask for an image run its version.")
  private boolean exitWhenDone;

  @Option(
      names = "--wait-devices",
      paramLabel = "N",
      description = {
        "How many devices are to run it before that, 1 or more.",
        "Without it all that are there once the network is up and quiet."
      })
  private Optional<Integer> waitDevices = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "With --exit-when-done: give up when nothing happens for so long (900).")
  private Optional<Integer> timeout = Optional.empty();

  @Option(
      names = "--json",
      description = "Print one JSON object an event, and one at the end: see docs/radios.md.")
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
    Usage usage = new Usage(spec);
    int simulated =
        mesh.map(value -> usage.simulatedDevices("--mesh", value, DEVICE_LIMIT)).orElse(0);
    if (conf.isPresent() && !Files.isDirectory(conf.get())) {
      throw wrong("--conf must be a folder, was " + conf.get());
    }
    check(usage);
    List<FirmwareFile> files = new ArrayList<>();
    for (Path image : images) {
      files.add(FirmwareFile.in(services.folder(DRIVER + files.size()), Optional.of(image)));
    }
    services.await(ImageRegistry.class); // without one there is nothing to serve
    ServeRun run =
        new ServeRun(
            json ? new JsonEvents(terminal.out()) : new PlainEvents(terminal.out()),
            files,
            wanted(simulated),
            Duration.ofSeconds(timeout.orElse(USUAL_TIMEOUT_SECONDS)),
            System::nanoTime);
    address.open(services);
    String url = HttpAddress.await(services);
    for (int i = 0; i < files.size(); i++) {
      offer(DRIVER + i, files.get(i));
    }
    CountDownLatch said = new CountDownLatch(1);
    if (!Shutdown.runs(new Thread(() -> stop(run, said), "ota-serve-stop"))) {
      return 1;
    }
    tellStart(url, simulated);
    run.listen(services);
    if (conf.isPresent()) {
      watch(conf.get());
    }
    takeDriverPackages();
    if (simulated > 0) {
      FirmwareFile fitting =
          files.isEmpty()
              ? FirmwareFile.in(services.folder("sample"), Optional.empty())
              : files.get(0);
      run.simulated(SimulatedDevices.join(services, SIMULATED, fitting, simulated, settings -> {}));
    }
    if (radio.isGiven()) {
      openRadio();
    }
    return follow(run, said);
  }

  private void check(Usage usage) {
    radio.check(usage);
    form.check(usage, radio.isGiven());
    usage.needs("--permit-join", permitJoin.isPresent(), "--port", radio.isGiven());
    permitJoin.ifPresent(seconds -> usage.range("--permit-join", seconds, 0, LONGEST_PERMIT));
    usage.needs("--exit-when-done", exitWhenDone, "--image", !images.isEmpty());
    usage.needs("--wait-devices", waitDevices.isPresent(), "--exit-when-done", exitWhenDone);
    usage.needs("--timeout", timeout.isPresent(), "--exit-when-done", exitWhenDone);
    waitDevices.ifPresent(number -> usage.range("--wait-devices", number, 1, Integer.MAX_VALUE));
    timeout.ifPresent(seconds -> usage.range("--timeout", seconds, 1, LONGEST_TIMEOUT_SECONDS));
    if (exitWhenDone && !radio.isGiven() && mesh.isEmpty() && conf.isEmpty()) {
      throw usage.wrong("--exit-when-done needs a mesh: --port, --mesh or --conf");
    }
  }

  /** Of simulated devices alone it is known how many there are. */
  private OptionalInt wanted(int simulated) {
    if (waitDevices.isPresent()) {
      return OptionalInt.of(waitDevices.get());
    }
    return simulated > 0 && !radio.isGiven() && conf.isEmpty()
        ? OptionalInt.of(simulated)
        : OptionalInt.empty();
  }

  private void openRadio() throws IOException, CommandFailed, InterruptedException {
    Map<String, Object> settings = new HashMap<>();
    form.addTo(settings);
    if (permitJoin.isPresent()) {
      permitJoin(Duration.ofSeconds(permitJoin.get()));
    }
    radio.open(services, settings);
  }

  /** Once: a radio that comes back later finds its network as it was. */
  private void permitJoin(Duration duration) {
    AtomicBoolean opened = new AtomicBoolean();
    services.follow(
        RadioTransport.class,
        transport -> {
          if (transport.mesh().equals(RadioOptions.MESH) && opened.compareAndSet(false, true)) {
            transport.permitJoin(duration);
          }
        },
        transport -> {});
  }

  private int follow(ServeRun run, CountDownLatch said) throws IOException, InterruptedException {
    Campaign.Ending ending;
    if (exitWhenDone) {
      ending = run.followToTheEnd();
    } else {
      run.follow();
      ending = Campaign.Ending.STOPPED;
    }
    UpgradeResult result = run.result();
    if (json) {
      Json.line(terminal.out(), result::writeMembers);
    } else if (!result.isEmpty()) {
      result.print(terminal.out());
    }
    said.countDown();
    if (!ending.isSuccess() && exitWhenDone) {
      terminal.err().println(spec.qualifiedName() + ": " + ending.why());
    }
    return ending.isSuccess() && !result.hasForeignImage() ? 0 : 1;
  }

  /** In the JVM's shutdown, after Ctrl-C or when the command has ended. */
  private static void stop(ServeRun run, CountDownLatch said) {
    try {
      run.stop(said);
    } catch (InterruptedException nobodyWaits) {
      Thread.currentThread().interrupt();
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Felix FileInstall turns the folder's .cfg files into configurations, now and later. */
  private void watch(Path folder) throws IOException, CommandFailed, InterruptedException {
    if (folder.toString().equals(System.getProperty(WATCHED_FOLDER))) {
      return; // by the launcher, from before anything of ours was started
    }
    watch("conf", folder, ".*\\.(cfg|config)", /* logLevel= */ 1);
  }

  /** Felix FileInstall hands the packages in the data folder to the driver host, now and later. */
  private void takeDriverPackages() throws IOException, CommandFailed, InterruptedException {
    Optional<Path> folder = DriverCommand.deployFolder();
    if (folder.isEmpty()) {
      return;
    }
    Files.createDirectories(folder.get());
    watch("drivers", folder.get(), "[^.].*\\.c4z", /* logLevel= */ 0);
  }

  private void watch(String name, Path folder, String files, int logLevel)
      throws IOException, CommandFailed, InterruptedException {
    services.configureInstance(
        "org.apache.felix.fileinstall",
        name,
        Map.of(
            WATCHED_FOLDER,
            folder.toAbsolutePath().toString(),
            "felix.fileinstall.filter",
            files,
            "felix.fileinstall.poll",
            "1000",
            "felix.fileinstall.enableConfigSave",
            "false",
            "felix.fileinstall.noInitialDelay",
            "true",
            "felix.fileinstall.log.level",
            Integer.toString(logLevel)));
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
            start.writeStringField("event", "serving");
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
