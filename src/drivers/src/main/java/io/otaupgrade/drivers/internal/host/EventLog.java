package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened in the drivers of each package: the last half to whole megabyte of it in a file.
 * Events come on any thread; files are written and read on the host's.
 */
final class EventLog {

  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final Duration WRITE_DELAY = Duration.ofMillis(250);
  private static final int FILE_OCTETS = 512 * 1024;
  private static final int LONGEST_TEXT = 4096;
  private static final int FIELDS = 6;

  private final Path folder;
  private final HostLoop loop;
  private final IntSupplier lines;
  private final Supplier<List<DriverListener>> listeners;
  private final Map<String, Deque<DriverEvent>> unwritten = new HashMap<>(); // this
  private boolean writing; // this

  EventLog(
      Path folder, HostLoop loop, IntSupplier lines, Supplier<List<DriverListener>> listeners) {
    this.folder = folder;
    this.loop = loop;
    this.lines = lines;
    this.listeners = listeners;
  }

  void add(
      DriverEvent.Kind kind,
      String typeId,
      int deviceId,
      String subject,
      String text,
      String result) {
    DriverEvent event =
        new DriverEvent(
            loop.instant(), kind, typeId, deviceId, cut(subject), cut(text), cut(result));
    boolean begin;
    synchronized (this) {
      keep(typeId, event);
      begin = !writing;
      writing = true;
    }
    if (begin) {
      loop.after(WRITE_DELAY, this::write);
    }
    for (DriverListener listener : listeners.get()) {
      try {
        listener.happened(event);
      } catch (RuntimeException e) {
        LOG.warn("{} failed on {}", listener, event.kind(), e);
      }
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  private void keep(String typeId, DriverEvent event) {
    Deque<DriverEvent> queue = unwritten.computeIfAbsent(typeId, unused -> new ArrayDeque<>());
    queue.addLast(event);
    while (queue.size() > lines.getAsInt()) {
      queue.removeFirst();
    }
  }

  /** Writes what has come since. */
  void write() {
    Map<String, List<DriverEvent>> batch = new HashMap<>();
    synchronized (this) {
      unwritten.forEach((typeId, events) -> batch.put(typeId, List.copyOf(events)));
      unwritten.clear();
      writing = false;
    }
    batch.forEach(
        (typeId, events) -> {
          try {
            append(typeId, events);
          } catch (IOException | UncheckedIOException e) {
            LOG.warn("the log of {} cannot be written: {}", typeId, e.toString());
          }
        });
  }

  private void append(String typeId, List<DriverEvent> events) throws IOException {
    Files.createDirectories(folder);
    Path file = file(typeId);
    if (Files.exists(file) && Files.size(file) > FILE_OCTETS) {
      Files.move(file, older(typeId), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(
        file,
        String.join("", events.stream().map(EventLog::line).toList()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private Path file(String typeId) {
    return folder.resolve(typeId + ".log");
  }

  private Path older(String typeId) {
    return folder.resolve(typeId + ".log.1");
  }

  /** The last events, of earlier runs as well. On the host's thread. */
  List<DriverEvent> last(String typeId) {
    List<DriverEvent> all = new ArrayList<>(read(older(typeId), typeId));
    all.addAll(read(file(typeId), typeId));
    synchronized (this) {
      all.addAll(unwritten.getOrDefault(typeId, new ArrayDeque<>()));
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - lines.getAsInt()), all.size()));
  }

  private static List<DriverEvent> read(Path file, String typeId) {
    List<DriverEvent> events = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        event(line, typeId).ifPresent(events::add);
      }
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("{} cannot be read: {}", file, e.toString());
    }
    return events;
  }

  private static String line(DriverEvent event) {
    return String.join(
            "\t",
            event.time().toString(),
            event.kind().name(),
            Integer.toString(event.deviceId()),
            escaped(event.subject()),
            escaped(event.text()),
            escaped(event.result()))
        + "\n";
  }

  private static Optional<DriverEvent> event(String line, String typeId) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      return Optional.empty(); // cut by a crash
    }
    try {
      return Optional.of(
          new DriverEvent(
              Instant.parse(fields[0]),
              DriverEvent.Kind.valueOf(fields[1]),
              typeId,
              Integer.parseInt(fields[2]),
              plain(fields[3]),
              plain(fields[4]),
              plain(fields[5])));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        plain.append(
            switch (text.charAt(i)) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> text.charAt(i);
            });
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
