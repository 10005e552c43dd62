package io.otaupgrade.simulator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.simulation.SimulatedMesh;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class SimulatedMeshComponentTest {

  private static final String PID = "io.otaupgrade.simulator~lab";

  /** A service that is registered now. */
  private record Registered(Class<?> type, Object service, Dictionary<?, ?> properties) {
    Object mesh() {
      return properties.get(SimulatedMesh.MESH);
    }
  }

  private final List<Registered> services = new ArrayList<>();

  /** As much of a framework as the component uses. */
  private final BundleContext bundle =
      (BundleContext)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {BundleContext.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("registerService")) {
                  throw new UnsupportedOperationException(method.getName());
                }
                Registered registered =
                    new Registered(
                        (Class<?>) arguments[0], arguments[1], (Dictionary<?, ?>) arguments[2]);
                services.add(registered);
                return registration(registered);
              });

  private Object registration(Registered registered) {
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {ServiceRegistration.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("unregister")) {
            services.remove(registered);
            return null;
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }

  private SimulatedMesh mesh() {
    return services.stream()
        .map(Registered::service)
        .filter(SimulatedMesh.class::isInstance)
        .map(SimulatedMesh.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMeshIsARadioDriverAndItsViewNamedAlikeUntilItIsTakenAway() {
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "devices", 3));
    assertThat(services)
        .extracting(Registered::type)
        .containsExactlyInAnyOrder(RadioDriver.class, SimulatedMesh.class);
    assertThat(services).extracting(Registered::mesh).containsOnly("lab");
    assertThat(mesh().mesh()).isEqualTo("lab");
    assertThat(mesh().devices()).hasSize(3);
    component.stop();
    assertThat(services).isEmpty();
  }

  @Test
  void itsNodesAreNotKeptOverARestartForItIsMadeAnewThen() {
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID));
    assertThat(services)
        .filteredOn(service -> service.type() == RadioDriver.class)
        .extracting(service -> service.properties().get(RadioDriver.EPHEMERAL))
        .isEqualTo(List.of(true));
    component.stop();
  }

  @Test
  void aConfiguredNameTakesPrecedence() {
    new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "mesh", "cellar")).stop();
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "mesh", "cellar"));
    assertThat(services).extracting(Registered::mesh).containsOnly("cellar");
    component.stop();
  }

  @Test
  void aBadConfigurationAtFirstGivesADefaultMesh() {
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "hops", 99, "devices", 3));
    assertThat(mesh().devices()).hasSize(10);
    component.stop();
  }

  @Test
  void aBadConfigurationLaterLeavesTheMeshAsItIs() {
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "devices", 3));
    SimulatedMesh before = mesh();
    component.modified(Map.of("service.pid", PID, "devices", -1));
    assertThat(mesh()).isSameAs(before);
    component.stop();
  }

  @Test
  void aGoodConfigurationLaterGivesANewMesh() {
    SimulatedMeshComponent component =
        new SimulatedMeshComponent(bundle, Map.of("service.pid", PID, "speed", "max"));
    SimulatedMesh before = mesh();
    component.modified(Map.of("service.pid", PID, "speed", "max"));
    assertThat(mesh()).as("nothing has changed").isSameAs(before);
    component.modified(Map.of("service.pid", PID, "speed", "max", "devices", 4));
    assertThat(services).hasSize(2);
    assertThat(mesh()).isNotSameAs(before);
    assertThat(mesh().devices()).hasSize(4);
    component.stop();
    assertThat(services).isEmpty();
  }
}
