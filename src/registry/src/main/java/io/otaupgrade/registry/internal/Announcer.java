package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageRegistryListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells events to listeners, one after the other; the caller's lock makes it one at a time. */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final Supplier<List<ImageRegistryListener>> listeners;
  private final Deque<ImageEvent> untold = new ArrayDeque<>();
  private boolean telling;

  Announcer(Supplier<List<ImageRegistryListener>> listeners) {
    this.listeners = listeners;
  }

  /** Events that a listener causes itself are told when all have heard of the present one. */
  void tell(List<ImageEvent> events) {
    untold.addAll(events);
    if (telling) {
      return;
    }
    telling = true;
    try {
      for (ImageEvent event = untold.poll(); event != null; event = untold.poll()) {
        for (ImageRegistryListener listener : listeners.get()) {
          tell(listener, event);
        }
      }
    } finally {
      telling = false;
    }
  }

  private static void tell(ImageRegistryListener listener, ImageEvent event) {
    try {
      listener.changed(event);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("listener {} failed at {}", listener.getClass().getName(), event.kind(), e);
    }
  }
}
