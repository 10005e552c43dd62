package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.spi.RadioDriver;
import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** What the transport knows after a restart of a host that keeps nothing of its bundles. */
@Timeout(90)
class RestartTest {

  @TempDir private Path data;
  @TempDir private Path cache;

  private final List<RadioTransport> published = new CopyOnWriteArrayList<>();

  /** By transport, the nodes that it had when others could first see it. */
  private final List<List<Node>> seen = new CopyOnWriteArrayList<>();

  private BundleContext context(String run) {
    File area = cache.resolve(run).toFile();
    return (BundleContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getProperty" -> arguments[0].equals("ota.data") ? data.toString() : null;
                  case "getDataFile" -> new File(area, (String) arguments[0]);
                  case "registerService" -> {
                    RadioTransport transport = (RadioTransport) arguments[1];
                    published.add(transport);
                    seen.add(transport.nodes());
                    yield registration();
                  }
                  default -> throw new AssertionError(method);
                });
  }

  private static ServiceRegistration<?> registration() {
    return (ServiceRegistration<?>)
        Proxy.newProxyInstance(
            RestartTest.class.getClassLoader(),
            new Class<?>[] {ServiceRegistration.class},
            (proxy, method, arguments) -> null);
  }

  @Test
  void aDeviceThatWasKnownIsKnownBeforeItSaysAnything() {
    try (TcpRadio tcp = TcpRadio.start(TcpRadio.Kind.ZNP, Map.of("devices", 2))) {
      RadioTransport before = tcp.transport();
      tcp.until("both are there", () -> before.nodes().size() == 2);
      List<Node> devices = before.nodes();
      tcp.meshes.removeDriver(tcp.driver);

      Meshes first = new Meshes(context("first"), Map.of());
      first.start();
      first.addDriver(tcp.driver, Map.of(RadioDriver.MESH, tcp.mesh));
      tcp.until("it is there", () -> seen.size() == 1);
      assertThat(seen.get(0)).as("it has another folder").isEmpty();
      devices.forEach(device -> tcp.says(frameOf(device)));
      tcp.until("both are described", () -> described(published.get(0)) == 2);
      first.deactivate();

      Meshes second = new Meshes(context("second"), Map.of());
      second.start();
      second.addDriver(tcp.driver, Map.of(RadioDriver.MESH, tcp.mesh));
      tcp.until("it is back", () -> seen.size() == 2);
      second.deactivate();
      assertThat(seen.get(1))
          .extracting(Node::eui64)
          .containsExactlyElementsOf(devices.stream().map(Node::eui64).toList());
    }
  }

  private static long described(RadioTransport transport) {
    return transport.nodes().stream().filter(node -> node.modelIdentifier().isPresent()).count();
  }

  private static ApsFrame frameOf(Node device) {
    return ApsFrame.from(
        device.networkAddress(),
        Optional.empty(),
        1,
        1,
        0x0104,
        0x0006,
        255,
        ByteBuffer.allocate(3));
  }
}
