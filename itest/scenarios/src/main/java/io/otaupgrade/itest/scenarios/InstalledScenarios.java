package io.otaupgrade.itest.scenarios;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** The product is installed, its bundles run and its web server answers. */
public abstract class InstalledScenarios {
  private static final String HTTP_RUNTIME = "org.osgi.service.http.runtime.HttpServiceRuntime";

  @Inject protected BundleContext context;

  protected Await await;

  /** The container these scenarios run in. */
  protected abstract Host host();

  @Before
  public final void watchTheFramework() {
    await = new Await(context);
  }

  @Test
  public void allBundlesAreActive() throws Exception {
    for (String name :
        List.of(
            "zcl", "api", "transport", "registry", "cluster", "director", "drivers", "simulator")) {
      Bundle bundle =
          installed("io.otaupgrade." + name).orElseThrow(() -> new AssertionError(name));
      await.until(name + " is active", () -> bundle.getState() == Bundle.ACTIVE);
    }
  }

  @Test
  public void onlyZclAndApiExportPackages() {
    for (Bundle bundle : context.getBundles()) {
      String name = bundle.getSymbolicName();
      if (name.startsWith("io.otaupgrade.")
          && bundle.getHeaders().get(Constants.EXPORT_PACKAGE) != null) {
        assertTrue(name + " exports packages", name.matches("io\\.otaupgrade\\.(zcl|api)"));
      }
    }
  }

  @Test
  public void theWebServerAnswersOnLoopbackOnly() throws Exception {
    for (URI endpoint : httpEndpoints()) {
      assertTrue(
          endpoint.toString(), InetAddress.getByName(endpoint.getHost()).isLoopbackAddress());
      await.until(
          endpoint + " answers",
          () -> {
            HttpURLConnection connection =
                (HttpURLConnection) endpoint.resolve("/").toURL().openConnection();
            return connection.getResponseCode() > 0;
          });
    }
  }

  @Test
  public void thePluginGoesAndComesBackWhileTheOthersRun() throws Exception {
    Bundle director = installed("io.otaupgrade.director").orElseThrow();
    host().uninstallPlugin();
    await.until("the plugin is gone", () -> installed("io.otaupgrade.cluster").isEmpty());
    assertEquals(Bundle.ACTIVE, director.getState());
    host().installPlugin();
    await.until(
        "the plugin is back",
        () ->
            installed("io.otaupgrade.cluster")
                .filter(b -> b.getState() == Bundle.ACTIVE)
                .isPresent());
    assertEquals(Bundle.ACTIVE, director.getState());
  }

  /** The bundle of that symbolic name. */
  protected final Optional<Bundle> installed(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(b -> symbolicName.equals(b.getSymbolicName()))
        .findFirst();
  }

  /** The addresses the HTTP whiteboard listens on, absolute and with a port; never empty. */
  protected final List<URI> httpEndpoints() throws InterruptedException {
    await.until("an HTTP whiteboard", () -> !endpointsNow().isEmpty());
    return endpointsNow();
  }

  private List<URI> endpointsNow() {
    List<URI> found = new ArrayList<>();
    // by name: which bundle the type comes from differs between the containers
    ServiceReference<?> runtime = context.getServiceReference(HTTP_RUNTIME);
    if (runtime != null) {
      Object endpoints = runtime.getProperty("osgi.http.endpoint");
      if (endpoints instanceof String one) {
        found.add(URI.create(one));
      } else if (endpoints instanceof String[] several) {
        Arrays.stream(several).map(URI::create).forEach(found::add);
      } else if (endpoints instanceof Iterable<?> several) {
        several.forEach(e -> found.add(URI.create(e.toString())));
      } else {
        assertNotNull(
            "osgi.http.endpoint of " + Arrays.toString(runtime.getPropertyKeys()), endpoints);
      }
    }
    return found;
  }
}
