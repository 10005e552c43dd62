package io.otaupgrade.cluster.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.image.ImageRegistryListener;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.server.OtaServer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** When the services are there; how the framework brings this about is a matter of itest. */
class OtaUpgradePluginTest {

  private record Registered(List<String> types, Object service, Dictionary<String, ?> properties) {}

  private final List<Registered> services = new ArrayList<>();
  private final FakeRegistry registry = new FakeRegistry(() -> {});
  private final FakeRadio radio = new FakeRadio();

  private BundleContext context() {
    return proxy(
        BundleContext.class,
        (method, arguments) -> {
          if (!method.equals("registerService")) {
            throw new UnsupportedOperationException(method);
          }
          @SuppressWarnings("unchecked")
          Dictionary<String, ?> properties = (Dictionary<String, ?>) arguments[2];
          Registered registered =
              new Registered(Arrays.asList((String[]) arguments[0]), arguments[1], properties);
          services.add(registered);
          return proxy(ServiceRegistration.class, (what, none) -> services.remove(registered));
        });
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result = answer.to(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : result;
            }));
  }

  /** A plugin whose references are all set. */
  private OtaUpgradePlugin active(Map<String, Object> properties) {
    OtaUpgradePlugin plugin = new OtaUpgradePlugin(context(), registry, properties);
    plugin.start();
    return plugin;
  }

  @Test
  void noMeshIsServedBeforeTheOtherReferencesAreSet() {
    OtaUpgradePlugin plugin = new OtaUpgradePlugin(context(), registry, Map.of());
    plugin.addTransport(radio);
    plugin.configure(Map.of("stallTime", 20));
    assertThat(services).isEmpty();

    plugin.start();
    assertThat(services).hasSize(1);
  }

  @Test
  void aServerIsThereForEveryMeshThatIs() {
    OtaUpgradePlugin plugin = active(Map.of());
    assertThat(services).isEmpty();
    FakeRadio garden = new FakeRadio();

    plugin.addTransport(radio);
    plugin.addTransport(garden);
    assertThat(services).hasSize(2);
    assertThat(services.get(0).types())
        .containsExactlyInAnyOrder(
            OtaServer.class.getName(),
            ApsListener.class.getName(),
            NodeListener.class.getName(),
            ImageRegistryListener.class.getName(),
            BindingListener.class.getName());
    assertThat(services.get(0).properties().get("mesh")).isEqualTo("house");
    assertThat(services.get(0).properties().get("cluster")).isEqualTo(0x0019);
    assertThat(services.get(0).service())
        .isInstanceOfSatisfying(
            OtaServer.class, server -> assertThat(server.mesh()).isEqualTo("house"));

    plugin.removeTransport(garden);
    assertThat(services).hasSize(1);
    plugin.stop();
    assertThat(services).isEmpty();
    plugin.removeTransport(radio);
    plugin.addTransport(garden);
    assertThat(services).isEmpty();
  }

  @Test
  void switchedOffThereIsNoneUntilSwitchedOnAgain() {
    OtaUpgradePlugin plugin = active(Map.of("enabled", false));
    plugin.addTransport(radio);
    assertThat(services).isEmpty();

    plugin.configure(Map.of("enabled", "true"));
    assertThat(services).hasSize(1);
    Object first = services.get(0).service();
    plugin.configure(Map.of("stallTime", 20));
    assertThat(services.get(0).service()).isSameAs(first);
    plugin.configure(Map.of("enabled", false));
    assertThat(services).isEmpty();
  }

  @Test
  void badConfigurationKeepsWhatWasBefore() {
    OtaUpgradePlugin plugin = active(Map.of("stallTime", "never"));
    plugin.addTransport(radio);
    assertThat(services).hasSize(1);
    plugin.configure(Map.of("enabled", false, "startGrace", -1));
    assertThat(services).hasSize(1);
  }

  @Test
  void withoutTheirServicesNobodyIsBoundAndNobodyObjects() {
    OtaUpgradePlugin plugin = new OtaUpgradePlugin(context(), registry, Map.of());
    assertThat(plugin.bindings()).isEmpty();
    assertThat(plugin.admissions()).isEmpty();
    assertThat(plugin.upgradeListeners()).isEmpty();
  }
}
