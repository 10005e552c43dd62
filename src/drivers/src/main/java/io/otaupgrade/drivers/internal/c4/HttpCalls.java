package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.ResourceFetcher;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.drivers.internal.lua.Arguments;
import io.otaupgrade.drivers.internal.lua.Fn;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * HTTP for drivers: {@code C4:urlGet} and its like, and {@code C4:url()}. Goes to the hosts that
 * the driver may reach, and only gets.
 */
final class HttpCalls {
  private static final long LARGEST = 1 << 20;
  private static final int MOST_AT_ONCE = 8;
  private static final Pattern DOT_SEGMENT = Pattern.compile("(^|[/\\\\])\\.{1,2}([/\\\\]|$)");
  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");

  private final LuaDriver driver;
  private final Map<Integer, Transfer> transfers = new HashMap<>();
  private int lastTicket;

  /** Hears how a request ended; on the strand. */
  private interface Answer {
    void ended(int ticket, byte[] body, int status, Map<String, String> headers, String error);
  }

  private static final class Transfer {
    LuaValue[] held = {};
    Fetch fetch;
  }

  HttpCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    c4.method("urlGet", arguments -> old("GET", arguments, 2));
    c4.method("urlDelete", arguments -> old("DELETE", arguments, 2));
    c4.method("urlPost", arguments -> old("POST", arguments, 3));
    c4.method("urlPut", arguments -> old("PUT", arguments, 3));
    c4.method("urlCustom", arguments -> old(Arguments.text(arguments, 2), arguments, 4));
    c4.method("urlSetTimeout", arguments -> LuaValue.NONE);
    c4.method(
        "urlCancel",
        arguments -> {
          cancel(Arguments.integer(arguments, 1));
          return LuaValue.NONE;
        });
    c4.method("url", arguments -> object());
    driver
        .sandbox()
        .holds(
            () ->
                transfers.values().stream()
                    .flatMap(transfer -> Arrays.stream(transfer.held))
                    .toList());
    driver.atEnd(
        () ->
            transfers.values().stream()
                .map(transfer -> transfer.fetch)
                .filter(Objects::nonNull)
                .forEach(Fetch::cancel));
  }

  /**
   * {@code (url, …, headers, flag, callback)}; without a callback {@code ReceivedAsync} is told.
   */
  private Varargs old(String method, Varargs arguments, int headersAt) {
    LuaValue callback = LuaValue.NIL;
    for (int i = 2; i <= arguments.narg(); i++) {
      if (arguments.arg(i).isfunction()) {
        callback = arguments.arg(i);
      }
    }
    LuaValue function = callback;
    int ticket =
        request(
            method,
            Arguments.text(arguments, 1),
            headers(arguments.arg(headersAt)),
            new LuaValue[] {function},
            (number, body, status, headers, error) -> {
              LuaValue[] values = {
                LuaValue.valueOf(number),
                driver.sandbox().outside(() -> driver.sandbox().string(body)),
                LuaValue.valueOf(status),
                table(headers),
                error.isEmpty() ? LuaValue.NIL : LuaValue.valueOf(error)
              };
              if (function.isnil()) {
                driver.callNow("ReceivedAsync", values);
              } else {
                driver.call(function, LuaValue.varargsOf(values));
              }
            });
    return LuaValue.valueOf(ticket);
  }

  private LuaTable object() {
    driver.sandbox().charge(1500);
    LuaTable object = new LuaTable();
    LuaTable callbacks = new LuaTable();
    int[] ticket = {0};
    for (String name : new String[] {"OnDone", "OnBody", "OnHeaders", "OnBodyChunk"}) {
      define(
          object,
          name,
          arguments -> {
            callbacks.rawset(name, arguments.arg(1));
            return object;
          });
    }
    define(object, "SetOption", arguments -> object);
    define(object, "SetOptions", arguments -> object);
    define(object, "TicketId", arguments -> LuaValue.valueOf(ticket[0]));
    define(
        object,
        "Cancel",
        arguments -> {
          cancel(ticket[0]);
          return object;
        });
    for (String name : new String[] {"Get", "Delete", "Post", "Put"}) {
      define(
          object,
          name,
          arguments -> {
            boolean body = name.equals("Post") || name.equals("Put");
            ticket[0] =
                begin(
                    name.toUpperCase(Locale.ROOT),
                    arguments.arg(1),
                    arguments.arg(body ? 3 : 2),
                    object,
                    callbacks);
            return object;
          });
    }
    define(
        object,
        "Custom",
        arguments -> {
          ticket[0] =
              begin(
                  Arguments.text(arguments, 2),
                  arguments.arg(1),
                  arguments.arg(4),
                  object,
                  callbacks);
          return object;
        });
    return object;
  }

  private void define(LuaTable object, String name, Fn.Body body) {
    driver.sandbox().define(object, name, all -> body.call(all.subargs(2)));
  }

  private int begin(
      String method, LuaValue url, LuaValue headers, LuaTable object, LuaTable callbacks) {
    return request(
        method,
        url.tojstring(),
        headers(headers),
        new LuaValue[] {object, callbacks},
        (number, body, status, responseHeaders, error) -> {
          LuaTable responses = new LuaTable();
          if (status != 0) {
            LuaTable response = new LuaTable();
            response.rawset("code", LuaValue.valueOf(status));
            response.rawset("headers", table(responseHeaders));
            response.rawset("body", driver.sandbox().outside(() -> driver.sandbox().string(body)));
            responses.rawset(1, response);
            tell(callbacks, "OnHeaders", object, response);
            tell(callbacks, "OnBody", object, response);
          }
          tell(
              callbacks,
              "OnDone",
              object,
              responses,
              LuaValue.valueOf(error.isEmpty() ? 0 : 1),
              error.isEmpty() ? LuaValue.NIL : LuaValue.valueOf(error));
        });
  }

  private void tell(LuaTable callbacks, String name, LuaValue... values) {
    LuaValue callback = callbacks.rawget(name);
    if (callback.isfunction()) {
      driver.call(callback, LuaValue.varargsOf(values));
    }
  }

  private void cancel(int ticket) {
    Transfer transfer = transfers.remove(ticket);
    if (transfer != null && transfer.fetch != null) {
      transfer.fetch.cancel();
    }
  }

  private static Map<String, String> headers(LuaValue table) {
    Map<String, String> headers = new HashMap<>();
    if (table.istable()) {
      LuaValue key = LuaValue.NIL;
      while (headers.size() < 100) {
        Varargs entry = table.next(key);
        key = entry.arg1();
        if (key.isnil()) {
          break;
        }
        if (key.isstring() && entry.arg(2).isstring()) {
          headers.put(key.tojstring(), entry.arg(2).tojstring());
        }
      }
    }
    return headers;
  }

  private static LuaTable table(Map<String, String> headers) {
    LuaTable table = new LuaTable();
    headers.forEach((name, value) -> table.rawset(LuaValue.valueOf(name), LuaValue.valueOf(value)));
    return table;
  }

  private int request(
      String method, String url, Map<String, String> headers, LuaValue[] held, Answer answer) {
    driver.sandbox().spend(1000);
    int ticket = ++lastTicket;
    Transfer transfer = new Transfer();
    transfer.held = held;
    transfers.put(ticket, transfer);
    Optional<ResourceFetcher> fetcher = driver.runtime().fetcher();
    String refusal = "";
    if (!method.equalsIgnoreCase("GET")) {
      refusal = method + " is not possible here; only GET is";
    } else if (!allowed(url)) {
      refusal = "the driver may not reach " + url;
    } else if (transfers.size() > MOST_AT_ONCE) {
      refusal = "more than " + MOST_AT_ONCE + " transfers at once";
    } else if (fetcher.isEmpty()) {
      refusal = "nothing fetches here now";
    }
    driver.watcher().called("C4:url", method + " " + url, refusal);
    if (!refusal.isEmpty()) {
      String why = refusal;
      driver.post(() -> end(ticket, new byte[0], 0, Map.of(), why, answer));
      return ticket;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    transfer.fetch =
        fetcher
            .get()
            .fetch(
                new FetchRequest(url, headers, OptionalLong.of(LARGEST)),
                Channels.newChannel(body));
    // virtual time is not to run away from a transfer
    EventLoop.TimeHold hold = driver.mesh().timers.holdTime();
    var unused =
        transfer
            .fetch
            .outcome()
            .thenAccept(
                outcome -> {
                  driver.post(
                      () ->
                          end(
                              ticket,
                              body.toByteArray(),
                              outcome.httpStatus(),
                              outcome.headers(),
                              error(outcome),
                              answer));
                  hold.close();
                });
    return ticket;
  }

  private static String error(FetchOutcome outcome) {
    return switch (outcome.verdict()) {
      case FETCHED, NOT_MODIFIED, HTTP_STATUS -> "";
      default ->
          outcome.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + (outcome.detail().isEmpty() ? "" : ": " + outcome.detail());
    };
  }

  private void end(
      int ticket,
      byte[] body,
      int status,
      Map<String, String> headers,
      String error,
      Answer answer) {
    if (transfers.remove(ticket) != null) {
      answer.ended(ticket, body, status, headers, error);
    }
  }

  /** Its own package's files, and the hosts that were allowed to it. */
  private boolean allowed(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost();
      if ("controller".equalsIgnoreCase(uri.getScheme())) {
        return url.startsWith("controller://driver/" + driver.setup().identity().name() + "/")
            && !mayLeadOut(uri.getPath());
      }
      return host != null && driver.setup().allowedHosts().contains(host.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException wrong) {
      return false;
    }
  }

  /**
   * Whether anybody between here and the file could find a step up in the path. The fetcher takes
   * dot segments out, and encoded ones, before it asks; a path that is still encoded is one that
   * another may decode again.
   *
   * @param path percent-decoded once
   */
  private static boolean mayLeadOut(String path) {
    return DOT_SEGMENT.matcher(path).find() || ESCAPE.matcher(path).find();
  }
}
