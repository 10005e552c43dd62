package io.otaupgrade.director.internal;

import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A mesh that knows the devices it is told and notes the wishes it gets. */
final class FakeServer implements OtaServer {

  private final String mesh;
  final Set<Eui64> known = new HashSet<>();
  final List<Upgrade> upgrades = new ArrayList<>();
  final List<String> wishes = new ArrayList<>();
  OptionalLong running = OptionalLong.empty();
  Optional<RuntimeException> fault = Optional.empty();

  FakeServer(String mesh) {
    this.mesh = mesh;
  }

  @Override
  public String mesh() {
    return mesh;
  }

  @Override
  public boolean knows(Eui64 device) {
    fault.ifPresent(
        e -> {
          throw e;
        });
    return known.contains(device);
  }

  @Override
  public OptionalLong runningVersion(Eui64 device, int manufacturerCode, int imageType) {
    return known.contains(device) ? running : OptionalLong.empty();
  }

  @Override
  public List<Upgrade> upgrades() {
    return List.copyOf(upgrades);
  }

  @Override
  public List<Upgrade> upgrades(Eui64 device) {
    return upgrades.stream().filter(upgrade -> upgrade.device().equals(device)).toList();
  }

  @Override
  public boolean abort(Eui64 device) {
    wishes.add("abort " + device);
    return known.contains(device);
  }

  @Override
  public boolean activate(Eui64 device, Duration after) {
    wishes.add("activate " + device + " " + after);
    return known.contains(device);
  }

  @Override
  public Optional<Hold> hold(Eui64 device, Duration lease) {
    return Optional.<Hold>of(
            new Hold() {
              @Override
              public boolean renew(Duration again) {
                return true;
              }

              @Override
              public void close() {
                wishes.add("released " + device);
              }
            })
        .filter(hold -> known.contains(device));
  }

  @Override
  public boolean notify(Eui64 device) {
    return known.contains(device);
  }

  @Override
  public void broadcastNotify(Notification notification) {
    wishes.add("broadcast");
  }

  @Override
  public ServerStatistics statistics() {
    return new ServerStatistics(0, 0, 0, 0, 0, 0);
  }
}
