package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose a network address is, by IEEE_addr_req to the node itself: three times, since the
 * first may be lost. A search that nobody asked for, because a frame came from an unknown address,
 * is not started again for a while when it found nothing. Belongs to the mesh's loop.
 */
final class AddressLookup {

  private static final Logger LOG = LoggerFactory.getLogger(AddressLookup.class);

  private static final int TRIES = 3;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(700);

  /** How long the answer to one request may take. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private static final long REST_NANOS = Duration.ofSeconds(30).toNanos();

  /** Searches, resting ones included, that are remembered; a flood of addresses ends here. */
  private static final int MOST = 512;

  private final String mesh;
  private final EventLoop loop;
  private final ZdoClient zdo;
  private IntMap<Search> searches = new IntMap<>();

  AddressLookup(String mesh, EventLoop loop, ZdoClient zdo) {
    this.mesh = mesh;
    this.loop = loop;
    this.zdo = zdo;
  }

  /** A frame came from this address, and nobody knows whose it is. */
  void heard(int address) {
    Search search = searches.getOr(address, Search.NONE);
    boolean rests =
        search != Search.NONE && (!search.ended || loop.nanos() - search.endedAt < REST_NANOS);
    if (!rests && hasRoom()) {
      start(address);
    }
  }

  /** Finds out whose address this is; the answer is empty when nobody said so in time. */
  void lookUp(int address, Duration timeout, Consumer<Optional<Eui64>> answer) {
    Search search = searches.getOr(address, Search.NONE);
    if (search == Search.NONE || search.ended) {
      if (!hasRoom()) {
        loop.execute(() -> answer.accept(Optional.empty()));
        return;
      }
      search = start(address);
    }
    Search joined = search;
    Waiter waiter = new Waiter(answer);
    waiter.timeout =
        loop.after(
            timeout,
            () -> {
              joined.waiters.remove(waiter);
              waiter.answer(Optional.empty());
            });
    search.waiters.add(waiter);
  }

  /** It is known now, in whatever way. */
  void found(int address, Eui64 eui64) {
    Search search = searches.getOr(address, Search.NONE);
    if (search != Search.NONE) {
      searches.remove(address);
      search.end(loop.nanos(), Optional.of(eui64));
    }
  }

  /** Ends all searches without an answer. */
  void endAll() {
    IntMap<Search> ended = searches;
    searches = new IntMap<>();
    ended.forEach(search -> search.end(loop.nanos(), Optional.empty()));
  }

  private boolean hasRoom() {
    if (searches.size() >= MOST) {
      long now = loop.nanos();
      searches.removeIf(search -> search.ended && now - search.endedAt >= REST_NANOS);
    }
    return searches.size() < MOST;
  }

  private Search start(int address) {
    Search search = new Search();
    searches.put(address, search);
    LOG.debug("{}: whose address is {}?", mesh, Hex.address(address));
    ask(address, search);
    return search;
  }

  private void ask(int address, Search search) {
    if (search.ended) {
      return;
    }
    search.tries++;
    boolean last = search.tries == TRIES;
    // The mesh learns from the response as from any other, and tells by found().
    zdo.request(
        address,
        new ZdoRequest.IeeeAddrReq(address, false, 0),
        Priority.CONTROL,
        ANSWER,
        response -> {
          if (last && !search.ended) {
            search.end(loop.nanos(), Optional.empty());
          }
        });
    if (!last) {
      loop.after(BETWEEN_TRIES, () -> ask(address, search));
    }
  }

  private static final class Search {
    static final Search NONE = new Search();

    private final List<Waiter> waiters = new ArrayList<>();
    private int tries;
    private boolean ended;
    private long endedAt;

    void end(long now, Optional<Eui64> found) {
      ended = true;
      endedAt = now;
      List<Waiter> told = List.copyOf(waiters);
      waiters.clear();
      told.forEach(waiter -> waiter.answer(found));
    }
  }

  private static final class Waiter {
    private final Consumer<Optional<Eui64>> listener;
    private EventLoop.Timer timeout = () -> {};

    Waiter(Consumer<Optional<Eui64>> listener) {
      this.listener = listener;
    }

    void answer(Optional<Eui64> found) {
      timeout.cancel();
      try {
        listener.accept(found);
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("{} failed on the answer to a look-up", listener, e);
      }
    }
  }
}
