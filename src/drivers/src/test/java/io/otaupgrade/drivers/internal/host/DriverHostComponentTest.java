package io.otaupgrade.drivers.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.drivers.internal.pack.TestPackage;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** What it does when; how the framework brings this about is a matter of itest. */
@Timeout(30)
class DriverHostComponentTest {

  @TempDir private Path folder;
  private final List<Class<?>> services = new ArrayList<>();
  private final FakeBindings bindings = new FakeBindings();
  private final FakeRegistry registry = new FakeRegistry(new ArrayList<>());

  private BundleContext context() {
    return proxy(
        BundleContext.class,
        (method, arguments) -> {
          if (method.equals("getProperty")) {
            return arguments[0].equals("ota.data") ? folder.toString() : null;
          }
          if (!method.equals("registerService")) {
            throw new UnsupportedOperationException(method);
          }
          services.add((Class<?>) arguments[0]);
          return proxy(ServiceRegistration.class, (what, none) -> services.remove(arguments[0]));
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

  private DriverHostComponent component() throws IOException {
    return new DriverHostComponent(context(), bindings, Map.of());
  }

  /** A package that was dropped, and its file taken away, with a driver that holds an image. */
  private void leaveOrphan() throws IOException {
    DriverHostComponent component = component();
    component.start();
    Path dropped = TestPackage.write(folder, "lamp.c4z", TestPackage.lamp());
    component.installDropped(dropped);
    bindings.bind(12, new Eui64(1), "lamp.c4z");
    component.modified(Map.of()); // it looks at its bindings
    component.stop();
    Files.delete(dropped);
    registry.hold(12, "lamp.c4z", 7);
  }

  @Test
  void nothingIsTakenUpBeforeAllReferencesAreSet() throws IOException {
    leaveOrphan();
    DriverHostComponent component = component();
    assertThat(services).isEmpty();
    assertThat(component.installed()).isEmpty();
    component.setRegistry(registry);
    component.start();
    assertThat(component.installed()).isEmpty();
    assertThat(services).containsExactly(NodeListener.class, BindingListener.class);
    assertThat(registry.versionsHeldBy(12)).isEmpty();
    component.stop();
    assertThat(services).isEmpty();
  }

  @Test
  void aRegistryThatComesLaterIsToldWhatWasWithdrawn() throws IOException {
    leaveOrphan();
    DriverHostComponent component = component();
    component.start();
    assertThat(component.installed()).isEmpty();
    assertThat(registry.versionsHeldBy(12)).containsExactly(7L);
    component.setRegistry(registry);
    assertThat(component.installed()).isEmpty(); // and the thread is through with it
    assertThat(registry.versionsHeldBy(12)).isEmpty();
    component.stop();
  }
}
