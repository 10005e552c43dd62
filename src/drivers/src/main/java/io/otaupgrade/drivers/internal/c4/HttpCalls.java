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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
  private static final int LONGEST_URL = 4096;
  private static final int LONGEST_METHOD = 16;
  private static final int LONGEST_HEADERS = 8192;
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
    /** Here only, so that a transfer that is cancelled keeps nothing of the script's. */
    final Answer answer;

    final List<LuaValue> held;
    String refusal = "";
    Fetch fetch;

    Transfer(Answer answer, LuaValue... held) {
      this.answer = answer;
      this.held = new ArrayList<>(List.of(held));
    }
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
            () -> transfers.values().stream().flatMap(transfer -> transfer.held.stream()).toList());
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
    Answer answer =
        (ticket, body, status, headers, error) -> {
          LuaValue[] values = {
            LuaValue.valueOf(ticket),
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
        };
    return LuaValue.valueOf(
        request(
            method,
            Arguments.text(arguments, 1),
            arguments.arg(headersAt),
            new Transfer(answer, function)));
  }

  private LuaTable object() {
    driver.sandbox().charge(1500);
    LuaTable object = new LuaTable();
    LuaTable callbacks = new LuaTable();
    int[] ticket = {0};
    for (String name : new String[] {"OnDone", "OnBody", "OnHeaders", "OnBodyChunk"}) {
      define(
          object,
          callbacks,
          name,
          arguments -> {
            callbacks.rawset(name, arguments.arg(1));
            return object;
          });
    }
    define(object, callbacks, "SetOption", arguments -> object);
    define(object, callbacks, "SetOptions", arguments -> object);
    define(object, callbacks, "TicketId", arguments -> LuaValue.valueOf(ticket[0]));
    define(
        object,
        callbacks,
        "Cancel",
        arguments -> {
          cancel(ticket[0]);
          return object;
        });
    for (String name : new String[] {"Get", "Delete", "Post", "Put"}) {
      define(
          object,
          callbacks,
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
        callbacks,
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

  private void define(LuaTable object, LuaTable callbacks, String name, Fn.Body body) {
    driver.sandbox().define(object, name, all -> body.call(all.subargs(2)), object, callbacks);
  }

  private int begin(
      String method, LuaValue url, LuaValue headers, LuaTable object, LuaTable callbacks) {
    Answer answer =
        (ticket, body, status, responseHeaders, error) -> {
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
        };
    return request(method, url.tojstring(), headers, new Transfer(answer, object, callbacks));
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

  /** The fields in a table, if there is one; empty if they are too long. */
  private static Optional<Map<String, String>> headers(LuaValue table) {
    Map<String, String> headers = new HashMap<>();
    if (!table.istable()) {
      return Optional.of(headers);
    }
    int room = LONGEST_HEADERS;
    Varargs entry = table.next(LuaValue.NIL);
    for (; !entry.arg1().isnil() && headers.size() < 100; entry = table.next(entry.arg1())) {
      LuaValue name = entry.arg1();
      LuaValue value = entry.arg(2);
      if (name.isstring() && value.isstring()) {
        room -= name.checkstring().m_length + value.checkstring().m_length;
        if (room < 0) {
          return Optional.empty();
        }
        headers.put(name.tojstring(), value.tojstring());
      }
    }
    return Optional.of(headers);
  }

  private static LuaTable table(Map<String, String> headers) {
    LuaTable table = new LuaTable();
    headers.forEach((name, value) -> table.rawset(LuaValue.valueOf(name), LuaValue.valueOf(value)));
    return table;
  }

  private int request(String method, String url, LuaValue headerTable, Transfer transfer) {
    driver.sandbox().spend(1000);
    int ticket = ++lastTicket;
    transfers.put(ticket, transfer);
    Optional<ResourceFetcher> fetcher = driver.runtime().fetcher();
    Optional<Map<String, String>> headers = headers(headerTable);
    String refusal = refusal(method, url);
    if (refusal.isEmpty() && headers.isEmpty()) {
      refusal = "headers of more than " + LONGEST_HEADERS + " octets";
    } else if (refusal.isEmpty() && fetcher.isEmpty()) {
      refusal = "nothing fetches here now";
    }
    driver.watcher().called("C4:url", shown(method) + " " + url, refusal);
    if (!refusal.isEmpty()) {
      transfer.refusal = refusal;
      transfer.held.add(driver.sandbox().string(refusal));
      driver.post(() -> end(ticket, new byte[0], 0, Map.of(), ""));
      return ticket;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    transfer.fetch =
        fetcher
            .get()
            .fetch(
                new FetchRequest(url, headers.orElseThrow(), OptionalLong.of(LARGEST)),
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
                              error(outcome)));
                  hold.close();
                });
    return ticket;
  }

  /** Why a request is not one that a driver may make; empty if it may. */
  private String refusal(String method, String url) {
    if (!method.equalsIgnoreCase("GET")) {
      return shown(method) + " is not possible here; only GET is";
    }
    if (url.length() > LONGEST_URL) {
      return "a URL of " + url.length() + " characters, at most " + LONGEST_URL;
    }
    if (!allowed(url)) {
      return "the driver may not reach " + url;
    }
    return transfers.size() > MOST_AT_ONCE
        ? "more than " + MOST_AT_ONCE + " transfers at once"
        : "";
  }

  private static String shown(String method) {
    return method.length() > LONGEST_METHOD ? method.substring(0, LONGEST_METHOD) + "…" : method;
  }

  private static String error(FetchOutcome outcome) {
    return switch (outcome.verdict()) {
      case FETCHED, NOT_MODIFIED, HTTP_STATUS -> "";
      default ->
          outcome.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + (outcome.detail().isEmpty() ? "" : ": " + outcome.detail());
    };
  }

  private void end(int ticket, byte[] body, int status, Map<String, String> headers, String error) {
    Transfer transfer = transfers.remove(ticket);
    if (transfer != null) {
      String why = transfer.refusal.isEmpty() ? error : transfer.refusal;
      transfer.answer.ended(ticket, body, status, headers, why);
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
