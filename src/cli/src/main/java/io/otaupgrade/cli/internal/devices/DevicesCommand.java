package io.otaupgrade.cli.internal.devices;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.cli.internal.Usage;
import io.otaupgrade.cli.internal.radio.RadioOptions;
import io.otaupgrade.cli.internal.radio.RadioWatch;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ota devices}: who is on the network of a co-processor. */
@Command(
    name = "devices",
    description = {
      "Lists the devices on the network of a co-processor: nothing joins, nothing is upgraded.",
      "Devices that sleep are listed once they were heard; what they run is asked while they wake."
    })
public final class DevicesCommand implements Callable<Integer> {

  /** The Ota Upgrade plugin; see docs/configuration.md. */
  private static final String PLUGIN_PID = "io.otaupgrade.cluster";

  private static final int LONGEST_TIMEOUT = 3600;

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Mixin private RadioOptions radio = new RadioOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = {
        "How long to wait for the radio, and then for devices to say what they are"
            + " (${DEFAULT-VALUE})."
      })
  private int timeout;

  @Option(names = "--json", description = "Print one JSON object a device.")
  private boolean json;

  /** A command that has not been run. */
  public DevicesCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Usage usage = new Usage(spec);
    radio.check(usage);
    if (!radio.isGiven()) {
      throw usage.wrong("--port is missing: where the co-processor is; \"ota ports\" lists ports");
    }
    usage.range("--timeout", timeout, 1, LONGEST_TIMEOUT);
    services.configure(PLUGIN_PID, Map.of("enabled", false));
    RadioWatch watch = new RadioWatch(RadioOptions.MESH, System::nanoTime);
    services.publish(RadioListener.class, watch, Map.of());
    radio.open(services, Map.of());
    watch.awaitUp(Duration.ofSeconds(timeout));
    RadioTransport transport =
        services.await(
            RadioTransport.class, "(" + RadioTransport.MESH + "=" + RadioOptions.MESH + ")");
    List<FoundDevice> devices = survey(transport);
    if (json) {
      for (FoundDevice device : devices) {
        Json.line(terminal.out(), device::writeMembers);
      }
    } else if (!devices.isEmpty()) {
      FoundDevice.print(terminal.out(), devices);
    }
    if (devices.isEmpty()) {
      (json ? terminal.err() : terminal.out())
          .println("ota: no device was heard on this network; one that sleeps is when it wakes");
    }
    return 0;
  }

  private List<FoundDevice> survey(RadioTransport transport)
      throws CommandFailed, InterruptedException {
    Survey survey = new Survey(transport);
    services.publish(
        ApsListener.class,
        survey,
        Map.of(ApsListener.MESH, RadioOptions.MESH, ApsListener.CLUSTER, OtaCluster.ID));
    services.publish(NodeListener.class, survey, Map.of());
    DeviceBindings bindings = services.await(DeviceBindings.class);
    List<Node> nodes =
        new ArrayList<>(survey.nodes(Duration.ofSeconds(timeout)).toCompletableFuture().join());
    nodes.sort(Comparator.comparing(Node::eui64));
    List<CompletableFuture<FoundDevice>> pending = new ArrayList<>();
    for (Node node : nodes) {
      List<Integer> ids =
          bindings.bindings(node.eui64()).stream().map(DeviceBinding::deviceId).toList();
      List<NodeEndpoint> clients = Survey.clients(node);
      if (clients.isEmpty()) {
        pending.add(
            CompletableFuture.completedFuture(
                new FoundDevice(node, OptionalInt.empty(), OptionalLong.empty(), ids)));
      }
      for (NodeEndpoint client : clients) {
        pending.add(
            survey
                .version(node, client)
                .thenApply(
                    version ->
                        new FoundDevice(node, OptionalInt.of(client.endpoint()), version, ids))
                .toCompletableFuture());
      }
    }
    return pending.stream().map(CompletableFuture::join).toList();
  }
}
