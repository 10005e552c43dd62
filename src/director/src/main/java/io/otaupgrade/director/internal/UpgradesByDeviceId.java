package io.otaupgrade.director.internal;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.DeviceUpgrade;
import io.otaupgrade.api.OtaUpgrades;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Translates device ids to EUI-64s for the {@link OtaServer}s of all meshes. */
@Component
public final class UpgradesByDeviceId implements OtaUpgrades {

  private final DeviceBindings bindings;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<OtaServer> servers = List.of();

  @Activate
  public UpgradesByDeviceId(@Reference(name = "bindings") DeviceBindings bindings) {
    this.bindings = bindings;
  }

  UpgradesByDeviceId(DeviceBindings bindings, List<OtaServer> servers) {
    this.bindings = bindings;
    this.servers = List.copyOf(servers);
  }

  @Override
  public List<DeviceUpgrade> upgrades() {
    return servers.stream().flatMap(server -> named(server.upgrades())).toList();
  }

  @Override
  public List<DeviceUpgrade> upgrades(int deviceId) {
    return device(deviceId).stream()
        .flatMap(device -> servers.stream().flatMap(server -> named(server.upgrades(device))))
        .toList();
  }

  private Stream<DeviceUpgrade> named(List<Upgrade> upgrades) {
    return upgrades.stream()
        .map(
            upgrade ->
                new DeviceUpgrade(
                    bindings.bindings(upgrade.device()).stream()
                        .map(DeviceBinding::deviceId)
                        .toList(),
                    upgrade));
  }

  @Override
  public boolean abort(int deviceId) {
    return anyServer(deviceId, OtaServer::abort);
  }

  @Override
  public boolean activate(int deviceId, Duration after) {
    return anyServer(deviceId, (server, device) -> server.activate(device, after));
  }

  private boolean anyServer(int deviceId, BiPredicate<OtaServer, Eui64> wish) {
    return device(deviceId).stream()
        .anyMatch(device -> servers.stream().anyMatch(server -> wish.test(server, device)));
  }

  @Override
  public Optional<Hold> hold(int deviceId, Duration lease) {
    return device(deviceId)
        .flatMap(
            device ->
                servers.stream()
                    .map(server -> server.hold(device, lease))
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private Optional<Eui64> device(int deviceId) {
    return bindings.binding(deviceId).map(DeviceBinding::device);
  }
}
