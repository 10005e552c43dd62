package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchOutcome.Verdict;
import io.otaupgrade.api.image.FetchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch, from its place in the queue to its outcome. {@link #run} does the work on one thread;
 * other threads can only {@link #end} it, which closes the connection under the working thread.
 */
final class FetchTask implements Fetch, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FetchTask.class);

  private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);
  private static final int BUFFER_OCTETS = 16_384;

  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int NOT_FOUND = 404;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern FIELD_VALUE = Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E\\t]*)");

  /** Fields that belong to the connection, or would change what a 200 means. */
  private static final Set<String> OWN_FIELDS =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "transfer-encoding",
          "content-length",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "accept-encoding",
          "range",
          "if-range");

  /** Fields that may follow a redirect to another host; others could be secrets of the first. */
  private static final Set<String> TRAVELLING_FIELDS =
      Set.of("accept", "user-agent", "if-none-match", "if-modified-since");

  /** All that we host is answered with this field, and a web server's own "not found" is not. */
  private static final String OUR_FIELD = "x-content-type-options";

  /** How long our own web server may be away, or be there without what we host. */
  private static final Duration HOSTING_STARTS = Duration.ofSeconds(5);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /** What a fetch needs of its fetcher. */
  record Surroundings(
      AddressPolicy addresses,
      BaseUrlSource baseUrl,
      TlsSource tls,
      Ticks ticks,
      Executor notices) {}

  private enum Phase {
    /** In the queue. */
    WAITING,
    /** At work, but nothing that could be interrupted, and nothing goes to the sink. */
    LOOKING_UP,
    /** There is a connection, which can be closed. */
    CONNECTED,
    /** The outcome is out. */
    OVER
  }

  private final FetchRequest request;
  private final WritableByteChannel sink;
  private final FetchSettings settings;
  private final Surroundings surroundings;
  private final Pace pace;
  private final CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();

  // Guarded by this.
  private Phase phase = Phase.WAITING;
  private Optional<FetchFailure> ending = Optional.empty();
  private Optional<HttpExchange> exchange = Optional.empty();

  // Written by the working thread alone.
  private volatile int httpStatus;
  private volatile Map<String, String> headers = Map.of();
  private final AtomicLong size = new AtomicLong();

  FetchTask(
      FetchRequest request,
      WritableByteChannel sink,
      FetchSettings settings,
      Surroundings surroundings) {
    this.request = request;
    this.sink = sink;
    this.settings = settings;
    this.surroundings = surroundings;
    this.pace = new Pace(settings.slowestRate(), settings.rateWindow());
  }

  @Override
  public CompletionStage<FetchOutcome> outcome() {
    return outcome.minimalCompletionStage();
  }

  @Override
  public void cancel() {
    end(new FetchFailure(Verdict.CANCELLED, "cancelled"));
  }

  /** Ends the fetch, unless it has ended; the first reason counts. */
  void end(FetchFailure reason) {
    Optional<HttpExchange> toClose;
    synchronized (this) {
      if (phase == Phase.OVER || ending.isPresent()) {
        return;
      }
      ending = Optional.of(reason);
      toClose = exchange;
      if (phase != Phase.CONNECTED) {
        // The working thread may be stuck in a name look-up: do not wait for it.
        phase = Phase.OVER;
        FetchOutcome ended = outcomeOf(reason);
        surroundings.notices.execute(() -> outcome.complete(ended));
      }
    }
    toClose.ifPresent(FetchTask::closeQuietly);
  }

  @Override
  public void run() {
    if (!enter(Phase.LOOKING_UP, Optional.empty())) {
      return;
    }
    long start = surroundings.ticks.nanoTime();
    Ticks.Alarm alarm =
        surroundings.ticks.every(CHECK_PERIOD, () -> check(surroundings.ticks.nanoTime() - start));
    FetchOutcome result;
    try {
      result = follow();
    } catch (FetchFailure e) {
      result = outcomeOf(e);
    } catch (RuntimeException e) {
      LOG.error("Fetching {} failed by a fault of this program", urlForLog(), e);
      result = outcomeOf(new FetchFailure(Verdict.UNREACHABLE, "internal fault: " + e));
    } finally {
      alarm.stop();
    }
    complete(result);
  }

  private void complete(FetchOutcome result) {
    FetchOutcome last;
    synchronized (this) {
      if (phase == Phase.OVER) {
        return;
      }
      phase = Phase.OVER;
      last = ending.map(this::outcomeOf).orElse(result);
    }
    LOG.debug("Fetch of {}: {}", urlForLog(), last);
    outcome.complete(last);
  }

  /** Without line ends, which could fake lines of the log. */
  private String urlForLog() {
    return ResourceUrl.printable(request.url());
  }

  private FetchOutcome outcomeOf(FetchFailure reason) {
    return new FetchOutcome(reason.verdict(), httpStatus, headers, size.get(), reason.detail());
  }

  /** Moves on, unless the fetch was ended. */
  private synchronized boolean enter(Phase next, Optional<HttpExchange> nextExchange) {
    if (phase == Phase.OVER || ending.isPresent()) {
      return false;
    }
    phase = next;
    exchange = nextExchange;
    return true;
  }

  private void enterOrStop(Phase next, Optional<HttpExchange> nextExchange) throws FetchFailure {
    if (!enter(next, nextExchange)) {
      // Never seen: the reason that the fetch was ended with takes its place.
      throw new FetchFailure(Verdict.CANCELLED, "ended");
    }
  }

  private void check(long elapsedNanos) {
    if (elapsedNanos >= settings.totalTime().toNanos()) {
      end(
          new FetchFailure(
              Verdict.TIMED_OUT,
              "not done after %d s, with %d octets"
                  .formatted(settings.totalTime().toSeconds(), size.get())));
      return;
    }
    OptionalLong tooFew = pace.tooFew(surroundings.ticks.nanoTime());
    if (tooFew.isPresent()) {
      end(
          new FetchFailure(
              Verdict.TOO_SLOW,
              "%d octets in %d s, the slowest rate is %d octets/s"
                  .formatted(
                      tooFew.getAsLong(),
                      settings.rateWindow().toSeconds(),
                      settings.slowestRate())));
    }
  }

  // ------------------------------------------------------------------ redirects

  /** A place to fetch from: what the URL says, and what that stands for. */
  private record Place(ResourceUrl named, ResourceUrl real) {}

  private FetchOutcome follow() throws FetchFailure {
    Map<String, String> fields = checkedFields();
    Place place = place(ResourceUrl.parse(request.url()));
    for (int redirects = 0; ; redirects++) {
      Hop hop = visitOnceHosted(place, fields);
      if (hop.result.isPresent()) {
        return hop.result.get();
      }
      if (redirects == settings.maximumRedirects()) {
        throw new FetchFailure(
            Verdict.TOO_MANY_REDIRECTS,
            "more than %d redirects, the last to %s"
                .formatted(redirects, ResourceUrl.printable(hop.location)));
      }
      Place next = redirected(place, hop.location);
      if (!next.real.hasSameOrigin(place.real)) {
        fields.keySet().retainAll(TRAVELLING_FIELDS);
      }
      place = next;
      enterOrStop(Phase.LOOKING_UP, Optional.empty());
    }
  }

  private Map<String, String> checkedFields() throws FetchFailure {
    Map<String, String> fields = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!TOKEN.matcher(name).matches() || !FIELD_VALUE.matcher(header.getValue()).matches()) {
        throw FetchFailure.badUrl("not a header field: " + ResourceUrl.printable(header.getKey()));
      }
      if (OWN_FIELDS.contains(name)) {
        throw FetchFailure.badUrl("header field %s is the fetcher's own".formatted(name));
      }
      fields.put(name, header.getValue());
    }
    return fields;
  }

  private Place place(ResourceUrl named) throws FetchFailure {
    if (!named.isDirector()) {
      return new Place(named, named);
    }
    if (!isHosted(named)) {
      throw FetchFailure.badUrl(
          "%s: only http://director/driver/ and http://director/ota/images/ are fetched"
              .formatted(ResourceUrl.printable(named.toString())));
    }
    return new Place(named, named.below(surroundings.baseUrl.get(settings)));
  }

  /**
   * Whether it is one of our own hosted resources: the web server that we trust here has other
   * pages, which a driver's URL must not reach.
   */
  private static boolean isHosted(ResourceUrl url) {
    String path = url.path();
    boolean isPlain =
        url.scheme() == ResourceUrl.Scheme.HTTP
            && url.authority().equals(ResourceUrl.DIRECTOR)
            && !path.contains("%2F")
            && !path.contains("%5C")
            && !path.contains(";")
            && !path.contains("//");
    return isPlain && (path.startsWith("/driver/") || path.startsWith("/ota/images/"));
  }

  private Place redirected(Place from, String location) throws FetchFailure {
    ResourceUrl to = from.named.resolve(location);
    if (to.isDirector()) {
      if (!from.named.isDirector()) {
        throw new FetchFailure(
            Verdict.FORBIDDEN_ADDRESS, "redirect from %s to us".formatted(from.named.host()));
      }
      return place(to);
    }
    if (from.real.scheme() == ResourceUrl.Scheme.HTTPS && to.scheme() == ResourceUrl.Scheme.HTTP) {
      throw new FetchFailure(
          Verdict.FORBIDDEN_ADDRESS, "redirect from https to http://%s".formatted(to.authority()));
    }
    return new Place(to, to);
  }

  // ------------------------------------------------------------------ one request

  /** What a request led to: an outcome, or a redirect to {@code location}. */
  private record Hop(Optional<FetchOutcome> result, String location) {
    static Hop done(FetchOutcome result) {
      return new Hop(Optional.of(result), "");
    }
  }

  /**
   * While a host starts, its web server may not be there yet, or be there before what we host is.
   * Who asks then, as the drivers of a host that starts do, has not asked for a file that is
   * missing.
   */
  private Hop visitOnceHosted(Place first, Map<String, String> fields) throws FetchFailure {
    long start = surroundings.ticks.nanoTime();
    Place place = first;
    while (true) {
      try {
        return visit(place, fields);
      } catch (FetchFailure e) {
        boolean isTooLong = surroundings.ticks.nanoTime() - start >= HOSTING_STARTS.toNanos();
        if (isTooLong || !place.named.isDirector() || !isNotYetHosted(e)) {
          throw e;
        }
      }
      enterOrStop(Phase.LOOKING_UP, Optional.empty());
      surroundings.ticks.pause(BETWEEN_TRIES);
      place = place(place.named); // the server may have come to another port
    }
  }

  private boolean isNotYetHosted(FetchFailure failure) {
    return switch (failure.verdict()) {
      case UNREACHABLE -> size.get() == 0;
      case HTTP_STATUS -> httpStatus == NOT_FOUND && !headers.containsKey(OUR_FIELD);
      default -> false;
    };
  }

  private Hop visit(Place place, Map<String, String> fields) throws FetchFailure {
    List<InetAddress> addresses =
        place.named.isDirector()
            ? surroundings.addresses.trusted(place.real)
            : surroundings.addresses.checked(place.real, settings.allowedHosts());
    HttpExchange connected = connect(place.real, addresses);
    try {
      HttpExchange.Response response = connected.get(place.real, fields);
      httpStatus = response.status();
      headers = Map.copyOf(response.headers());
      return judge(response, fields);
    } catch (IOException | HttpException e) {
      throw new FetchFailure(
          Verdict.UNREACHABLE,
          "%s after %d octets from %s"
              .formatted(ResourceUrl.printable(reason(e)), size.get(), place.real.authority()));
    } finally {
      pace.pause();
      closeQuietly(connected);
    }
  }

  private HttpExchange connect(ResourceUrl url, List<InetAddress> addresses) throws FetchFailure {
    Optional<FetchFailure> failure = Optional.empty();
    for (InetAddress address : addresses) {
      var attempt = new HttpExchange();
      enterOrStop(Phase.CONNECTED, Optional.of(attempt));
      try {
        pace.resume(surroundings.ticks.nanoTime());
        attempt.connect(url, address, settings.connectTimeout(), surroundings.tls);
        return attempt;
      } catch (IOException e) {
        closeQuietly(attempt);
        failure =
            Optional.of(
                new FetchFailure(
                    Verdict.UNREACHABLE,
                    "no connection to %s at %s: %s"
                        .formatted(
                            url.authority(),
                            address.getHostAddress(),
                            ResourceUrl.printable(reason(e)))));
      }
    }
    throw failure.orElseGet(
        () -> new FetchFailure(Verdict.UNREACHABLE, "no address for host " + url.host()));
  }

  private Hop judge(HttpExchange.Response response, Map<String, String> fields)
      throws FetchFailure, IOException, HttpException {
    int status = response.status();
    if (status == OK) {
      receive(response);
      return Hop.done(new FetchOutcome(Verdict.FETCHED, status, headers, size.get(), ""));
    }
    boolean conditional =
        fields.containsKey("if-none-match") || fields.containsKey("if-modified-since");
    if (status == NOT_MODIFIED && conditional) {
      return Hop.done(new FetchOutcome(Verdict.NOT_MODIFIED, status, headers, 0, ""));
    }
    Optional<String> location = Optional.ofNullable(response.headers().get("location"));
    if (REDIRECTS.contains(status) && location.isPresent()) {
      // HttpCore reads a head as ISO 8859-1; servers that do not encode a URL send UTF-8.
      byte[] octets = location.get().getBytes(StandardCharsets.ISO_8859_1);
      return new Hop(Optional.empty(), new String(octets, StandardCharsets.UTF_8));
    }
    throw new FetchFailure(Verdict.HTTP_STATUS, "status " + status);
  }

  private void receive(HttpExchange.Response response)
      throws FetchFailure, IOException, HttpException {
    String encoding = response.headers().getOrDefault("content-encoding", "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new FetchFailure(
          Verdict.HTTP_STATUS,
          "content encoding %s, asked was identity".formatted(ResourceUrl.printable(encoding)));
    }
    long limit =
        Math.min(settings.maximumSize(), request.maximumSize().orElse(settings.maximumSize()));
    HttpExchange.Body body = response.body();
    if (body.length().isPresent() && body.length().getAsLong() > limit) {
      throw new FetchFailure(
          Verdict.TOO_LARGE,
          "%d octets announced, the limit is %d".formatted(body.length().getAsLong(), limit));
    }
    byte[] buffer = new byte[BUFFER_OCTETS];
    for (int octets = body.octets().read(buffer);
        octets >= 0;
        octets = body.octets().read(buffer)) {
      if (size.get() + octets > limit) {
        throw new FetchFailure(Verdict.TOO_LARGE, "more than %d octets".formatted(limit));
      }
      pace.pause();
      long before = surroundings.ticks.nanoTime();
      store(buffer, octets);
      pace.received(octets, surroundings.ticks.nanoTime() - before);
    }
  }

  private void store(byte[] buffer, int octets) throws FetchFailure {
    ByteBuffer piece = ByteBuffer.wrap(buffer, 0, octets);
    try {
      while (piece.hasRemaining()) {
        int written = sink.write(piece);
        size.addAndGet(written);
        if (written <= 0) {
          throw new FetchFailure(Verdict.SINK_FAILED, "the sink takes no more octets");
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new FetchFailure(Verdict.SINK_FAILED, reason(e));
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    String name = e.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }

  private static void closeQuietly(HttpExchange exchange) {
    try {
      exchange.close();
    } catch (IOException e) {
      LOG.debug("Closing a connection failed: {}", e.getMessage());
    }
  }
}
