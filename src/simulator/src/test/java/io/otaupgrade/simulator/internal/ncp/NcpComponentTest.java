package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.api.simulation.SimulatedMesh;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class NcpComponentTest {

  /** The services that are registered now, and the meshes they name. */
  private final Map<Object, Object> services = new LinkedHashMap<>();

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
                services.put(
                    arguments[1], ((Dictionary<?, ?>) arguments[2]).get(SimulatedMesh.MESH));
                return registration(arguments[1]);
              });

  private Object registration(Object service) {
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {ServiceRegistration.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("unregister")) {
            services.remove(service);
            return null;
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }

  private static Map<String, Object> configuration(Object... keysAndValues) {
    Map<String, Object> keys = new HashMap<>();
    keys.put("service.pid", "io.otaupgrade.simulator.ncp~lab");
    keys.put("listen", "tcp://127.0.0.1:0");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return keys;
  }

  private SimulatedCoProcessor coProcessor() {
    return services.keySet().stream()
        .filter(SimulatedCoProcessor.class::isInstance)
        .map(SimulatedCoProcessor.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCoProcessorAndItsMeshAreThereUntilTheyAreTakenAway() {
    NcpComponent component = new NcpComponent(bundle, configuration("devices", 3));
    assertThat(services.values()).containsExactly("lab", "lab");
    assertThat(coProcessor().mesh()).isEqualTo("lab");
    assertThat(coProcessor().address()).matches("tcp://127\\.0\\.0\\.1:[1-9]\\d*");
    component.stop();
    assertThat(services).isEmpty();
  }

  @Test
  void aBadConfigurationGivesNoneUntilItIsPutRight() {
    NcpComponent component = new NcpComponent(bundle, configuration("baudRate", -1));
    assertThat(services).isEmpty();
    component.modified(configuration());
    assertThat(services).hasSize(2);
    component.stop();
  }

  @Test
  void aBadConfigurationLaterLeavesAllAsItWas() {
    NcpComponent component = new NcpComponent(bundle, configuration());
    SimulatedCoProcessor before = coProcessor();
    component.modified(configuration("listen", "here"));
    component.modified(configuration());
    assertThat(coProcessor()).isSameAs(before);
    component.modified(configuration("devices", 4));
    assertThat(coProcessor()).isNotSameAs(before);
    component.stop();
  }

  @Test
  void aPortThatIsTakenGivesNone() {
    NcpComponent first = new NcpComponent(bundle, configuration());
    String taken = coProcessor().address();
    NcpComponent second =
        new NcpComponent(bundle, configuration("listen", taken, "mesh", "cellar"));
    assertThat(services.values()).containsOnly("lab");
    second.stop();
    first.stop();
  }
}
