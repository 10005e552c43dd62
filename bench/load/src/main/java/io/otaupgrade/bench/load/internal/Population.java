package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.EventLoop;

/** The devices that are upgraded again and again. */
interface Population {

  /** Name of their mesh. */
  String mesh();

  int devices();

  /** The mesh's loop; virtual time is the simulated mesh's alone. */
  EventLoop loop();

  /** Lets the devices into the mesh; no effect the second time. */
  void admit();

  /** Compares what the devices run, octet by octet, with the image they were to get. */
  void verify(ImageRegistration registration) throws LoadFailed;
}
