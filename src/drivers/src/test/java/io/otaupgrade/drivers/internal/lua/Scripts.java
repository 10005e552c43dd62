package io.otaupgrade.drivers.internal.lua;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.luaj.vm2.LuaValue;

/** A sandbox to play in, what it printed, and the files it may require. */
final class Scripts implements Sandbox.Surroundings, AutoCloseable {
  final List<String> printed = new ArrayList<>();
  final Map<String, String> files = new HashMap<>();
  final List<Thread> coroutines = new ArrayList<>();
  final Sandbox sandbox;
  long nanos;

  Scripts() {
    this(Limits.DEFAULT);
  }

  Scripts(Limits limits) {
    sandbox = new Sandbox(limits, this);
  }

  void run(String source) throws ScriptFailed {
    sandbox.run("test.lua", source.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What an expression is, as text. */
  String value(String expression) throws ScriptFailed {
    run("__result = " + expression);
    return Numbers.text(sandbox.globals().get("__result"));
  }

  /** Why a script did not run to its end. */
  ScriptFailed failure(String source) {
    try {
      run(source);
    } catch (ScriptFailed failed) {
      return failed;
    }
    throw new AssertionError("ran to its end: " + source);
  }

  LuaValue global(String name) {
    return sandbox.globals().get(name);
  }

  @Override
  public void print(String line) {
    printed.add(line);
  }

  @Override
  public byte[] file(String path) {
    String text = files.get(path);
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public InstantSource clock() {
    return InstantSource.fixed(Instant.parse("2026-03-04T05:06:07Z"));
  }

  @Override
  public LongSupplier ticks() {
    return () -> nanos;
  }

  @Override
  public Coroutine.Threads threads() {
    return body -> {
      Thread thread = new Thread(null, body, "coroutine", 4 << 20);
      coroutines.add(thread);
      thread.setDaemon(true);
      thread.start();
      return true;
    };
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
