package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.RadioTransport;
import java.time.Duration;

/**
 * Devices behind a co-processor. That they hold the right octets is for whoever simulates them, in
 * another process, to find out.
 */
final class RadioPopulation implements Population {

  private static final Duration PERMIT = Duration.ofSeconds(254);

  private final RadioTransport radio;
  private final int devices;
  private boolean admitted;

  private RadioPopulation(RadioTransport radio, int devices) {
    this.radio = radio;
    this.devices = devices;
  }

  /** Waits for the network to be up. */
  static RadioPopulation find(Host host, String mesh, int devices)
      throws InterruptedException, LoadFailed {
    return new RadioPopulation(
        host.await(RadioTransport.class, "(" + RadioTransport.MESH + "=" + mesh + ")"), devices);
  }

  @Override
  public String mesh() {
    return radio.mesh();
  }

  @Override
  public int devices() {
    return devices;
  }

  @Override
  public EventLoop loop() {
    return radio.loop();
  }

  @Override
  public void admit() {
    if (!admitted) {
      admitted = true;
      radio.permitJoin(PERMIT);
    }
  }

  @Override
  public void verify(ImageRegistration registration) {}
}
