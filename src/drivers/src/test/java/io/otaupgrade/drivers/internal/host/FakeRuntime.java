package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs nothing, and remembers what it was asked to run. */
final class FakeRuntime implements DriverRuntime {

  final List<Run> runs = new ArrayList<>();
  final List<String> order;

  FakeRuntime(List<String> order) {
    this.order = order;
  }

  /** One start. */
  static final class Run implements DriverInstance {
    final DriverSetup setup;
    final DriverWatcher watcher;
    final Map<String, String> properties = new LinkedHashMap<>();
    final List<String> order;
    boolean closed;

    Run(DriverSetup setup, DriverWatcher watcher, List<String> order) {
      this.setup = setup;
      this.watcher = watcher;
      this.order = order;
      setup.properties().forEach(one -> properties.put(one.name(), one.defaultValue()));
    }

    @Override
    public Map<String, String> properties() {
      return properties;
    }

    @Override
    public void setProperty(String name, String value) {
      properties.put(name, value);
    }

    @Override
    public void close() {
      closed = true;
      order.add("closed " + setup.identity().version() + " " + setup.deviceId());
    }
  }

  @Override
  public DriverInstance start(DriverSetup setup, DriverWatcher watcher) {
    Run run = new Run(setup, watcher, order);
    runs.add(run);
    order.add("started " + setup.identity().version() + " " + setup.deviceId());
    return run;
  }

  List<Run> alive() {
    return runs.stream().filter(run -> !run.closed).toList();
  }
}
