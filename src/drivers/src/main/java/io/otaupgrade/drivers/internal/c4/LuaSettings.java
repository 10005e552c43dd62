package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.Keys;
import io.otaupgrade.drivers.internal.lua.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The validated configuration of the Lua runtime.
 *
 * @param limits of drivers that start from now on
 * @param threads that run drivers; 0 = as many as suit the machine
 */
record LuaSettings(Limits limits, int threads) {

  static final String PID = "io.otaupgrade.drivers.lua";

  private static final int LONGEST_CALLBACK = 86_400;
  private static final int LARGEST_MEMORY = 1 << 30;
  private static final int MOST_THREADS = 1000;
  private static final int LEAST_OWN_CHOICE = 4;

  /** What ConfigAdmin and consoles show; read by {@link #read}, which says what is wrong. */
  @ObjectClassDefinition(name = "Ota Upgrade: driver scripts")
  @interface Config {
    @AttributeDefinition(description = "Instructions of one callback, at least 1000")
    long instructions() default 10_000_000;

    @AttributeDefinition(description = "Seconds that one callback may take, 1..86400")
    int seconds() default 10;

    @AttributeDefinition(description = "How deep calls may nest, at least 10")
    int depth() default 200;

    @AttributeDefinition(
        name = "Memory (KiB)",
        description = "KiB that a driver may hold, 256..1073741824")
    int memoryKiB() default 8192;

    @AttributeDefinition(description = "Coroutines of a driver that have begun and not ended")
    int coroutines() default 16;

    @AttributeDefinition(
        description =
            "Threads that run drivers, 0..1000; 0 = two for each processor, four at least")
    int threads() default 0;
  }

  /** A configuration as far as it is good. */
  record Reading(LuaSettings settings, List<String> faults) {}

  /** Reads a configuration; a key that is missing or bad has its default. */
  static Reading read(Map<String, ?> properties) {
    Keys keys = new Keys(properties);
    Limits usual = Limits.DEFAULT;
    Limits limits =
        new Limits(
            keys.number("instructions", 1000, Long.MAX_VALUE, usual.instructions()),
            Duration.ofSeconds(
                keys.number("seconds", 1, LONGEST_CALLBACK, usual.time().toSeconds())),
            (int) keys.number("depth", 10, Integer.MAX_VALUE, usual.depth()),
            keys.number("memoryKiB", 256, LARGEST_MEMORY, usual.memory() >> 10) << 10,
            (int) keys.number("coroutines", 0, Integer.MAX_VALUE, usual.coroutines()));
    int threads = (int) keys.number("threads", 0, MOST_THREADS, 0);
    return new Reading(new LuaSettings(limits, threads), keys.faults());
  }

  /** The threads to start with, if the machine would suit so many. */
  int threadsOr(int suitable) {
    return threads > 0 ? threads : Math.max(LEAST_OWN_CHOICE, suitable);
  }
}
