package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.zcl.Eui64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Bindings in memory. */
final class FakeBindings implements DeviceBindings {
  private final Map<Integer, DeviceBinding> byId = new TreeMap<>();

  @Override
  public void bind(int deviceId, Eui64 device) {
    byId.put(deviceId, new DeviceBinding(deviceId, device, Optional.empty(), Optional.empty()));
  }

  @Override
  public void bind(int deviceId, Eui64 device, String driverTypeId) {
    byId.put(
        deviceId, new DeviceBinding(deviceId, device, Optional.empty(), Optional.of(driverTypeId)));
  }

  @Override
  public boolean unbind(int deviceId) {
    return byId.remove(deviceId) != null;
  }

  @Override
  public Optional<DeviceBinding> binding(int deviceId) {
    return Optional.ofNullable(byId.get(deviceId));
  }

  @Override
  public List<DeviceBinding> bindings(Eui64 device) {
    return byId.values().stream().filter(binding -> binding.device().equals(device)).toList();
  }

  @Override
  public List<DeviceBinding> bindings() {
    return List.copyOf(byId.values());
  }
}
