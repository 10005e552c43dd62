package io.otaupgrade.drivers.internal.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaValue;

/** What a script can do to the host, and what it can not (threat T20). */
class SandboxTest {
  private static final Limits SMALL =
      new Limits(1_000_000, Duration.ofSeconds(10), 200, 2 << 20, 8);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true do end",
        "repeat until false",
        "for i = 1, math.huge do end",
        "local function f() return f() end f()",
        "while true do pcall(error) end",
        "pcall(function() while true do end end)",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() error('x') end, function() while true do end end)",
        "xpcall(function() while true do end end, function() return 1 end) after = 1",
        "coroutine.wrap(function() while true do end end)()",
        "coroutine.resume(coroutine.create(function() while true do end end)) after = 1",
        "local t = setmetatable({}, {__index = function(t, k) while true do end end}) x = t.y",
        "local t = setmetatable({}, {__tostring = function() while true do end end}) print(t)",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "string.gsub('abc', '.', function() while true do end end)",
        "for w in string.gmatch(('a'):rep(1000), '') do while true do end end",
        "local c = loadstring('while true do end') setfenv(c, {}) c()",
        "local c = load(function() while true do end end)",
        "local e = {} setfenv(1, e) local i = 0 while true do i = i + 1 end",
        "(function(...) while true do local x = select('#', ...) end end)(1, 2)",
      })
  void aLoopWithoutEndIsStopped(String source) {
    try (Scripts scripts = new Scripts(SMALL)) {
      ScriptFailed failed = scripts.failure(source);
      assertThat(failed).hasMessage("more than 1000000 instructions in one call");
      assertThat(failed.stopped()).isTrue();
      assertThat(scripts.global("after").isnil()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "string.find(('a'):rep(40), ('a*'):rep(30) .. 'b')",
        "string.match(('a'):rep(40), ('a*'):rep(30) .. 'b')",
        "string.gsub(('a'):rep(40), ('a-'):rep(30) .. 'b', '')",
        "for x in string.gmatch(('a'):rep(40), ('a*'):rep(30) .. 'b') do end",
        "string.find(('a'):rep(50000), '.-b')",
        "string.find(('('):rep(100000), '%b()')",
        "while true do string.find(('a'):rep(100000), ('a'):rep(1000) .. 'b', 1, true) end",
      })
  void aPatternThatTriesForEverIsStopped(String source) {
    try (Scripts scripts = new Scripts(SMALL)) {
      assertThat(scripts.failure(source)).hasMessageContaining("instructions in one call");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = ('x'):rep(1e9)",
        "x = ('abc'):rep(2^31 - 1)",
        "pcall(string.rep, 'x', 1e9)",
        "local s = 'x' while true do s = s .. s end",
        "local s = 'x' while true do s = s .. s .. s end",
        "local s = ('x'):rep(1000) while true do s = string.format('%s%s', s, s) end",
        "local s = ('x'):rep(1000) while true do s = s:gsub('.', '%0%0') end",
        "local s = ('x'):rep(1000) while true do s = table.concat({s, s}) end",
        "local s = ('x'):rep(1000) while true do s = string.pack('AA', s, s) end",
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
        "local t = {} while true do t = {t} end",
        "local t = {} while true do table.insert(t, {}) end",
        "local t = {} while true do t[#t + 1] = function() return t end end",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
        "t = {} pcall(function() while true do t[#t + 1] = ('y'):rep(5000) .. #t end end)",
        "t = {} coroutine.wrap(function() while true do t[#t + 1] = ('z'):rep(5000) .. #t end end)()",
        "local t = {} while true do t[#t + 1] = string.gmatch(('x'):rep(5000) .. #t, 'y') end",
        "local t = {} local function f(...) t[#t + 1] = {...} return f(...) end f(unpack(t, 1, 500))",
      })
  void memoryWithoutEndIsStopped(String source) {
    try (Scripts scripts =
        new Scripts(new Limits(50_000_000, Duration.ofSeconds(10), 200, 2 << 20, 8))) {
      ScriptFailed failed = scripts.failure(source);
      assertThat(failed).hasMessage("more than 2048 KiB of memory");
      assertThat(failed.stopped()).isTrue();
      assertThat(scripts.sandbox.memory()).isLessThan(3 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local function f() return 1 + f() end f()",
        "pcall(function() local function f() return 1 + f() end f() end)",
        "local t = setmetatable({}, {__tostring = tostring}) print(t)",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end x = t.a",
        "local t = setmetatable({}, {}) getmetatable(t).__call = function(t) return 1 + t() end t()",
        "local function f() return 1 + coroutine.wrap(f)() end f()",
        "local function f() table.sort({1, 2}, f) end f()",
        "local f f = function() return (pcall(f)) end f()",
      })
  void recursionWithoutEndIsStopped(String source) {
    try (Scripts scripts =
        new Scripts(new Limits(1_000_000, Duration.ofSeconds(10), 200, 2 << 20, 500))) {
      ScriptFailed failed = scripts.failure(source);
      assertThat(failed.getMessage()).startsWith("calls nested");
      assertThat(failed.stopped()).isTrue();
    }
  }

  @Test
  void recursionUpToTheLimitIsFine() throws ScriptFailed {
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.run(
          "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end x = f(190)");
      assertThat(scripts.global("x").toint()).isEqualTo(190);
    }
  }

  @Test
  void theTimeOfACallIsLimited() {
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.sandbox.define(
          scripts.sandbox.globals(),
          "slow",
          arguments -> {
            scripts.nanos += 1_000_000_000L;
            return LuaValue.NONE;
          });
      assertThat(scripts.failure("while true do slow() end"))
          .hasMessage("more than 10 s in one call");
    }
  }

  @Test
  void nothingOfAStoppedScriptRunsAgain() {
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.failure("while true do end");
      assertThat(scripts.failure("x = 1")).hasMessageContaining("instructions");
      assertThat(scripts.global("x").isnil()).isTrue();
    }
  }

  @Test
  void aScriptIsStoppedFromOutsideWhileItRuns() throws Exception {
    try (Scripts scripts = new Scripts(new Limits(1L << 40, Duration.ofDays(1), 200, 2 << 20, 8))) {
      CountDownLatch started = new CountDownLatch(1);
      scripts.sandbox.define(
          scripts.sandbox.globals(),
          "started",
          arguments -> {
            started.countDown();
            return LuaValue.NONE;
          });
      Thread thread = new Thread(() -> scripts.failure("started() while true do end"));
      thread.start();
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      scripts.sandbox.stop("closed");
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void anErrorIsNoStopAndTheScriptGoesOn() throws ScriptFailed {
    try (Scripts scripts = new Scripts(SMALL)) {
      ScriptFailed failed = scripts.failure("\n\nlocal t\nx = t.y");
      assertThat(failed.stopped()).isFalse();
      assertThat(failed.getMessage()).startsWith("test.lua:4: attempt to index");
      assertThat(scripts.failure("error('bad')")).hasMessage("test.lua:1: bad");
      assertThat(scripts.failure("error('bad', 0)")).hasMessage("bad");
      assertThat(scripts.failure("error({})").getMessage()).startsWith("table: ");
      assertThat(scripts.failure("x = = 1").getMessage()).startsWith("test.lua:1: ");
      assertThat(scripts.value("1 + 1")).isEqualTo("2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "nothing() ! attempt to call global 'nothing' (a nil value)",
        "x = nothing.y ! attempt to index global 'nothing' (a nil value)",
        "local t = {} t.f(1, 2) ! attempt to call field 'f' (a nil value)",
        "local t = {} t:m(1) ! attempt to call method 'm' (a nil value)",
        "local t = {} x = t.a.b ! attempt to index field 'a' (a nil value)",
        "local t t.x = 1 ! attempt to index local 't' (a nil value)",
        "local t (function() return t.x end)() ! attempt to index upvalue 't' (a nil value)",
        "local t (function() t.x = 1 end)() ! attempt to index upvalue 't' (a nil value)",
        "local n = 5 n() ! attempt to call local 'n' (a number value)",
        "local n = 5 n:m() ! attempt to index local 'n' (a number value)",
        "x = {} + 1 ! attempt to perform arithmetic",
        "x = 'a' < 1 ! attempt to compare",
      })
  void messagesNameWhatIsWrong(String source, String message) {
    try (Scripts scripts = new Scripts()) {
      assertThat(scripts.failure(source).getMessage()).startsWith("test.lua:1: " + message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io",
        "luajava",
        "debug",
        "dofile",
        "loadfile",
        "os.execute",
        "os.exit",
        "os.remove",
        "os.rename",
        "os.tmpname",
        "os.setlocale",
        "string.dump",
        "package.loadlib",
        "package.loaders",
        "package.searchers",
        "package.searchpath",
        "newproxy"
      })
  void whatReachesTheHostIsNotThere(String name) throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      assertThat(scripts.value(name)).isEqualTo("nil");
    }
  }

  @Test
  void compiledChunksAreNotLoaded() throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      scripts.run("f, why = loadstring('\\27Lua')");
      assertThat(scripts.global("f").isnil()).isTrue();
      assertThat(scripts.global("why").tojstring()).contains("compiled chunks are not loaded");
    }
  }

  @Test
  void whatAScriptDoesToStringsOnlyItSees() throws ScriptFailed {
    try (Scripts one = new Scripts();
        Scripts other = new Scripts()) {
      one.run("string.shout = function(s) return s:upper() .. '!' end");
      one.run("getmetatable('').__index = function(s, k) return string[k] or 'mine' end");
      one.run("string.upper = function() return 'UP' end string.len = nil");
      assertThat(one.value("('a'):shout()")).isEqualTo("UP!");
      assertThat(one.value("('a').nonsense")).isEqualTo("mine");
      assertThat(other.value("('a').shout")).isEqualTo("nil");
      assertThat(other.value("('a'):upper() .. ('abc'):len()")).isEqualTo("A3");
      assertThat(other.value("getmetatable('').__index == string")).isEqualTo("true");
    }
  }

  @Test
  void whatAScriptDoesToLibrariesOnlyItSees() throws ScriptFailed {
    try (Scripts one = new Scripts();
        Scripts other = new Scripts()) {
      one.run("math.floor = nil table.insert = nil print = nil _G.pairs = nil");
      assertThat(other.value("math.floor(1.5)")).isEqualTo("1");
      assertThat(other.value("type(pairs) .. type(print) .. type(table.insert)"))
          .isEqualTo("functionfunctionfunction");
    }
  }

  @Test
  void coroutinesAreBoundedAndTheForgottenOnesMakeRoom() throws ScriptFailed {
    try (Scripts scripts = new Scripts(SMALL)) {
      scripts.run(
          """
          for i = 1, 100 do
            local c = coroutine.wrap(function() coroutine.yield(i) end)
            assert(c() == i)
          end
          """);
      assertThat(
              scripts.failure(
                  """
                  kept = {}
                  for i = 1, 100 do
                    kept[i] = coroutine.wrap(function() coroutine.yield(i) end)
                    kept[i]()
                  end
                  """))
          .hasMessageContaining("too many coroutines: 8");
    }
  }

  @Test
  void coroutinesEndWithTheirScript() throws Exception {
    Scripts scripts = new Scripts(SMALL);
    scripts.run(
        """
        kept = {}
        for i = 1, 8 do
          kept[i] = coroutine.create(function()
            pcall(coroutine.yield)
            while true do pcall(coroutine.yield) end
          end)
          coroutine.resume(kept[i])
        end
        """);
    assertThat(scripts.coroutines).hasSize(8).allMatch(Thread::isAlive);
    scripts.close();
    for (Thread thread : scripts.coroutines) {
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void memoryThatIsLetGoIsNotCounted() throws ScriptFailed {
    try (Scripts scripts =
        new Scripts(new Limits(100_000_000, Duration.ofSeconds(10), 200, 2 << 20, 8))) {
      scripts.run("for i = 1, 3000 do local s = ('x'):rep(10000) .. i end");
      scripts.run("for i = 1, 20 do local t = {} for k = 1, 5000 do t[k] = {} end end");
      assertThat(scripts.sandbox.memory()).isLessThan(512 << 10);
    }
  }

  @Test
  void whatIsCountedIsNearWhatIsHeld() throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      long before = scripts.sandbox.memory();
      scripts.run("s = {} for i = 1, 100 do s[i] = ('x'):rep(10000) .. i end");
      assertThat(scripts.sandbox.memory() - before).isBetween(1_000_000L, 1_100_000L);
    }
  }

  @Test
  void outOfStackOrHeapNothingIsCaughtByTheScript() {
    try (Scripts scripts = new Scripts()) {
      scripts.sandbox.define(
          scripts.sandbox.globals(),
          "full",
          arguments -> {
            throw new OutOfMemoryError();
          });
      assertThat(scripts.failure("pcall(full) after = 1")).hasMessage("no memory left");
      assertThat(scripts.global("after").isnil()).isTrue();
    }
  }
}
