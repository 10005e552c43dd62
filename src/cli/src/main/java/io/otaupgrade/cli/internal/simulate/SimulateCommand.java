package io.otaupgrade.cli.internal.simulate;

import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.MeshOptions;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Shutdown;
import io.otaupgrade.cli.internal.SimulatedDevices;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.Text;
import io.otaupgrade.cli.internal.Usage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ota simulate}: a simulated mesh behind a co-processor of software. */
@Command(
    name = "simulate",
    description = {
      "Runs simulated devices behind a co-processor of software, until it is stopped (Ctrl-C).",
      "Hosts connect to it as to a stick. At the end it tells what the devices run."
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final String MESH = "simulated";
  private static final Pattern LISTEN =
      Pattern.compile("tcp://(?:127\\.0\\.0\\.1|localhost):([0-9]{1,5})");
  private static final int LOWEST_EZSP = 13;
  private static final int HIGHEST_EZSP = 19;
  private static final int FASTEST_BAUD_RATE = 10_000_000;
  private static final int LONGEST_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 250;

  /** Devices that run the new version announce themselves, and their server wants to see it. */
  private static final long LINGER_MILLIS = 10_000;

  /** What the co-processor speaks. */
  enum Firmware {
    ZNP,
    EMBER
  }

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Option(
      names = "--ncp",
      paramLabel = "znp|ember",
      required = true,
      description = "What it speaks: Texas Instruments' ZNP, or Silicon Labs' EZSP over ASH.")
  private Firmware ncp;

  @Option(
      names = "--ezsp",
      paramLabel = "13..19",
      description = "Version of EZSP (13), with --ncp ember.")
  private Optional<Integer> ezsp = Optional.empty();

  @Option(
      names = "--listen",
      paramLabel = "tcp://127.0.0.1:PORT",
      description = "Be a network coordinator; port 0 takes one that is free.")
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--pty",
      paramLabel = "LINK",
      description = "Be a serial port: a link to a pseudo-terminal, gone at the end.")
  private Optional<Path> pty = Optional.empty();

  @Mixin private MeshOptions meshOptions = new MeshOptions();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The devices are of the kind that this image is for, and run an older version.")
  private Optional<Path> image = Optional.empty();

  @Option(
      names = "--think",
      paramLabel = "MS",
      description = "A device's time from a block to its next request, 0 to 10000 (3).")
  private Optional<Integer> think = Optional.empty();

  @Option(names = "--fast-channel", description = "Frames take no time on the air.")
  private boolean fastChannel;

  @Option(
      names = "--baud",
      paramLabel = "N",
      description = "Baud rate of the line to the host (0: octets take no time).")
  private Optional<Integer> baud = Optional.empty();

  @Option(
      names = "--turnaround",
      paramLabel = "MS",
      description = "The co-processor's time before it answers a command, 0 to 10000 (0).")
  private Optional<Integer> turnaround = Optional.empty();

  @Option(
      names = "--blank",
      description = "The co-processor is on no network until its host forms one.")
  private boolean blank;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Any key of the simulator's configuration (docs/simulator.md), over what other options say;",
        "may be given again."
      })
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private FaultOptions faults = new FaultOptions();

  @Option(
      names = "--exit-when-done",
      description = {
        "End when all devices run the new version; exit code 0: with byte-identical images."
      })
  private boolean exitWhenDone;

  @Option(names = "--json", description = "Print one JSON object at the start and one at the end.")
  private boolean json;

  /** A command that has not been run. */
  public SimulateCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    check(new Usage(spec));
    FirmwareFile wanted = FirmwareFile.in(services.folder("simulate"), image);
    Map<String, Object> configuration =
        SimulatedDevices.configuration(MESH, wanted, meshOptions.devices());
    addTo(configuration);
    services.configureInstance(SimulatedCoProcessor.FACTORY_PID, MESH, configuration);
    String onThisMesh = "(" + SimulatedMesh.MESH + "=" + MESH + ")";
    SimulatedCoProcessor coProcessor = services.await(SimulatedCoProcessor.class, onThisMesh);
    SimulatedMesh mesh = services.await(SimulatedMesh.class, onThisMesh);
    Outcome outcome = new Outcome(mesh, wanted);
    if (!Shutdown.runs(new Thread(() -> outcome.tellOnce(terminal, json), "ota-simulate-stop"))) {
      return 1;
    }
    tellStart(coProcessor, wanted);
    faults.schedule(coProcessor);
    return run(outcome);
  }

  private void check(Usage usage) {
    if (listen.isPresent() == pty.isPresent()) {
      throw usage.wrong("--listen or --pty, one of the two, says where hosts connect");
    }
    if (listen.isPresent()) {
      Matcher address = LISTEN.matcher(listen.get());
      if (!address.matches() || Integer.parseInt(address.group(1)) > 0xFFFF) {
        throw usage.wrong(
            "--listen must be tcp://127.0.0.1:PORT, port 0 to 65535, was " + listen.get());
      }
    }
    if (ezsp.isPresent() && ncp != Firmware.EMBER) {
      throw usage.wrong("--ezsp needs --ncp ember");
    }
    ezsp.ifPresent(version -> usage.range("--ezsp", version, LOWEST_EZSP, HIGHEST_EZSP));
    meshOptions.check(usage);
    think.ifPresent(millis -> usage.range("--think", millis, 0, LONGEST_MILLIS));
    baud.ifPresent(rate -> usage.range("--baud", rate, 0, FASTEST_BAUD_RATE));
    turnaround.ifPresent(millis -> usage.range("--turnaround", millis, 0, LONGEST_MILLIS));
    faults.check(usage);
  }

  private void addTo(Map<String, Object> configuration) throws CommandFailed {
    configuration.put("ncp", ncp.name().toLowerCase(Locale.ROOT));
    ezsp.ifPresent(version -> configuration.put("ezsp", version));
    if (listen.isPresent()) {
      checkFree(listen.get());
      configuration.put("listen", listen.get());
    } else {
      Path link = pty.orElseThrow().toAbsolutePath();
      checkFree(link);
      configuration.put("pty", link.toString());
    }
    meshOptions.addTo(configuration);
    think.ifPresent(millis -> configuration.put("thinkTimeMs", millis));
    configuration.put("fastChannel", fastChannel);
    baud.ifPresent(rate -> configuration.put("baudRate", rate));
    turnaround.ifPresent(millis -> configuration.put("turnaroundMs", millis));
    configuration.put("formed", !blank);
    faults.addTo(configuration);
    configuration.putAll(settings);
  }

  /** So that the person gets a line at once. */
  private static void checkFree(String address) throws CommandFailed {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException busy) {
      throw new CommandFailed(
          "cannot listen at " + address + ": " + busy.getMessage() + "; try another port");
    }
  }

  private static void checkFree(Path link) throws CommandFailed {
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      throw new CommandFailed(link + " is there already and no link; --pty makes a link");
    }
    if (!Files.isDirectory(link.getParent())) {
      throw new CommandFailed("cannot make " + link + ": there is no folder " + link.getParent());
    }
  }

  private void tellStart(SimulatedCoProcessor coProcessor, FirmwareFile wanted) throws IOException {
    if (json) {
      Json.line(
          terminal.out(),
          start -> {
            start.writeStringField("event", "listening");
            start.writeStringField("address", coProcessor.address());
            start.writeStringField("ncp", ncp.name().toLowerCase(Locale.ROOT));
            start.writeNumberField("devices", meshOptions.devices());
            start.writeNumberField("oldVersion", wanted.olderVersion());
            start.writeNumberField("newVersion", wanted.header().fileVersion());
            start.writeStringField("sha256", wanted.sha256());
          });
    } else {
      terminal
          .out()
          .printf(
              "ota: %s at %s, %d devices that run %s%n",
              ncp.name().toLowerCase(Locale.ROOT),
              coProcessor.address(),
              meshOptions.devices(),
              Text.version(wanted.olderVersion()));
    }
  }

  private int run(Outcome outcome) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    while (!exitWhenDone || !outcome.isAllUpgraded()) {
      boolean unused = never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    boolean unused = never.await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
    outcome.tellOnce(terminal, json);
    return outcome.isAllIdentical() ? 0 : 1;
  }
}
