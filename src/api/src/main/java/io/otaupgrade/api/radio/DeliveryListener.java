package io.otaupgrade.api.radio;

/** Hears the outcome of one frame. */
@FunctionalInterface
public interface DeliveryListener {
  /** For who does not care. */
  DeliveryListener NONE = delivery -> {};

  /** Called exactly once for each frame, on the mesh's loop. */
  void settled(Delivery delivery);
}
