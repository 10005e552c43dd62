package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.Radios;
import io.otaupgrade.transport.internal.link.MisconfiguredRadio;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How each mesh's radio is, and who wants to know. Listeners hear every change in order, on the one
 * thread that may block; a new one first hears how things are.
 */
final class RadioBoard implements Radios {

  private static final Logger LOG = LoggerFactory.getLogger(RadioBoard.class);

  private final Executor outside;

  // Guarded by this.
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Set<RadioListener> listeners = new LinkedHashSet<>();

  RadioBoard(Executor outside) {
    this.outside = outside;
  }

  /**
   * A radio without its counters.
   *
   * @param owner what put it here: nobody else takes it away
   * @param found what the driver said of a radio that works
   */
  private record Entry(
      Object owner,
      String radio,
      RadioState state,
      String message,
      String found,
      Optional<NetworkParameters> network,
      Supplier<RadioCounters> counters) {

    Entry with(RadioState changed, String word) {
      return new Entry(owner, radio, changed, word, found, Optional.empty(), counters);
    }

    boolean looksLike(Entry other) {
      return radio.equals(other.radio)
          && state == other.state
          && message.equals(other.message)
          && network.equals(other.network);
    }

    RadioStatus status(String mesh) {
      return new RadioStatus(mesh, radio, state, message, network, counters.get());
    }
  }

  /** A driver was opened. */
  synchronized void added(
      String mesh, Object owner, String radio, Supplier<RadioCounters> counters) {
    put(
        mesh,
        new Entry(owner, radio, RadioState.STARTING, "starting", "", Optional.empty(), counters));
  }

  /** A driver told how it fares; what it found is kept for when it is up. */
  synchronized void progress(String mesh, String radio, RadioState state, String message) {
    Entry known = entries.get(mesh);
    if (known == null) {
      return;
    }
    boolean up = known.state == RadioState.UP;
    if (state == RadioState.UP) {
      put(
          mesh,
          new Entry(
              known.owner,
              radio,
              known.state,
              up ? message : known.message,
              message,
              known.network,
              known.counters));
    } else {
      put(
          mesh,
          new Entry(
              known.owner, radio, state, message, known.found, Optional.empty(), known.counters));
    }
  }

  synchronized void up(String mesh, NetworkParameters network) {
    Entry known = entries.get(mesh);
    if (known != null) {
      put(
          mesh,
          new Entry(
              known.owner,
              known.radio,
              RadioState.UP,
              known.found.isEmpty() ? "on its network" : known.found,
              known.found,
              Optional.of(network),
              known.counters));
    }
  }

  synchronized void down(String mesh, String reason) {
    Entry known = entries.get(mesh);
    if (known != null && known.state == RadioState.UP) {
      put(mesh, known.with(RadioState.RETRYING, reason));
    }
  }

  /** A configuration that makes no driver. */
  void misconfigured(MisconfiguredRadio radio) {
    misconfigured(radio.mesh(), radio, radio.radio(), radio.message());
  }

  /** What makes no mesh; a driver of the same mesh that is there is shown. */
  synchronized void misconfigured(String mesh, Object owner, String radio, String message) {
    if (!entries.containsKey(mesh)) {
      put(
          mesh,
          new Entry(
              owner,
              radio,
              RadioState.MISCONFIGURED,
              message,
              "",
              Optional.empty(),
              () -> RadioCounters.NONE));
    }
  }

  /** The message for a driver that failed on its first call, in one line. */
  static String didNotOpen(Throwable why) {
    return "the driver did not open: " + why.toString().lines().findFirst().orElse("");
  }

  synchronized void removed(String mesh, Object owner) {
    Entry known = entries.get(mesh);
    if (known != null && known.owner == owner) {
      entries.remove(mesh);
      listeners.forEach(each -> tell(each, listener -> listener.radioRemoved(mesh)));
    }
  }

  private void put(String mesh, Entry entry) {
    Entry before = entries.put(mesh, entry);
    if (before == null || !before.looksLike(entry)) {
      listeners.forEach(each -> tell(each, listener -> listener.radioChanged(entry.status(mesh))));
    }
  }

  synchronized void addListener(RadioListener listener) {
    listeners.add(Objects.requireNonNull(listener));
    entries.forEach((mesh, entry) -> tell(listener, to -> to.radioChanged(entry.status(mesh))));
  }

  synchronized void removeListener(RadioListener listener) {
    listeners.remove(listener);
  }

  private synchronized boolean listens(RadioListener listener) {
    return listeners.contains(listener);
  }

  private void tell(RadioListener listener, Consumer<RadioListener> what) {
    try {
      outside.execute(
          () -> {
            try {
              if (listens(listener)) {
                what.accept(listener);
              }
            } catch (RuntimeException | LinkageError e) {
              LOG.warn("{} failed on a change of a radio", listener, e);
            }
          });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("Nobody hears of radios any more", stopping);
    }
  }

  @Override
  public synchronized List<RadioStatus> radios() {
    return entries.entrySet().stream().map(each -> each.getValue().status(each.getKey())).toList();
  }
}
