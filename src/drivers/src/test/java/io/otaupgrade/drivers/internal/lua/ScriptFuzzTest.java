package io.otaupgrade.drivers.internal.lua;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Whatever a script is: it runs, fails or is stopped, and nothing else happens. */
class ScriptFuzzTest {
  private static final Limits SMALL = new Limits(100_000, Duration.ofSeconds(10), 100, 1 << 20, 4);

  @FuzzTest(maxDuration = "30m")
  void everySourceRunsOrFails(byte[] source) {
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.sandbox.run("fuzz.lua", source);
    } catch (ScriptFailed failed) {
      String reason = failed.getMessage();
      if (reason.isEmpty() || reason.indexOf('\n') >= 0) {
        throw new AssertionError("not a line: " + reason, failed);
      }
    }
  }

  /**
   * Patterns.
   *
   * @param octets one for the length of the pattern, the pattern, what it is tried on
   */
  @FuzzTest(maxDuration = "30m")
  void everyPatternMatchesOrFails(byte[] octets) {
    if (octets.length < 2) {
      return;
    }
    int length = Math.min(octets[0] & 0xFF, octets.length - 1);
    String pattern = new String(octets, 1, length, StandardCharsets.ISO_8859_1);
    String subject =
        new String(octets, 1 + length, octets.length - 1 - length, StandardCharsets.ISO_8859_1);
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.sandbox.globals().set("p", bytes(pattern));
      scripts.sandbox.globals().set("s", bytes(subject));
      scripts.run(
          """
          local ok, from, to = pcall(string.find, s, p)
          if ok and from then
            assert(from >= 1 and from <= #s + 1 and to >= from - 1 and to <= #s)
            pcall(string.match, s, p) -- a lone bracket is plain text to find, and wrong to match
          end
          -- what is wrong with a pattern may show at a later place only
          pcall(function()
            local n = 0
            for a in s:gmatch(p) do n = n + 1 if n > 100 then break end end
          end)
          pcall(string.gsub, s, p, p)
          pcall(string.unpack, s, p)
          pcall(string.format, p, s, 1, 2, 3)
          """);
    } catch (ScriptFailed failed) {
      if (!failed.stopped()) {
        throw new AssertionError(failed.getMessage(), failed);
      }
    }
  }

  private static org.luaj.vm2.LuaString bytes(String text) {
    return org.luaj.vm2.LuaString.valueOf(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
