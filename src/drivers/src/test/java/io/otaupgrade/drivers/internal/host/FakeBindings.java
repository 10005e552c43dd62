package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.zcl.Eui64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Bindings in memory, whose devices are on the mesh {@code home}. */
final class FakeBindings implements DeviceBindings {

  final Map<Integer, DeviceBinding> byId = new TreeMap<>();
  Optional<BindingListener> listener = Optional.empty();
  Optional<String> mesh = Optional.of("home");

  void put(DeviceBinding binding) {
    byId.put(binding.deviceId(), binding);
    listener.ifPresent(one -> one.bindingsChanged(binding.device()));
  }

  @Override
  public void bind(int deviceId, Eui64 device) {
    put(new DeviceBinding(deviceId, device, mesh, Optional.empty()));
  }

  @Override
  public void bind(int deviceId, Eui64 device, String driverTypeId) {
    put(new DeviceBinding(deviceId, device, mesh, Optional.of(driverTypeId)));
  }

  @Override
  public boolean unbind(int deviceId) {
    DeviceBinding gone = byId.remove(deviceId);
    if (gone != null) {
      listener.ifPresent(one -> one.bindingsChanged(gone.device()));
    }
    return gone != null;
  }

  @Override
  public Optional<DeviceBinding> binding(int deviceId) {
    return Optional.ofNullable(byId.get(deviceId));
  }

  @Override
  public List<DeviceBinding> bindings(Eui64 device) {
    return byId.values().stream().filter(one -> one.device().equals(device)).toList();
  }

  @Override
  public List<DeviceBinding> bindings() {
    return List.copyOf(byId.values());
  }
}
