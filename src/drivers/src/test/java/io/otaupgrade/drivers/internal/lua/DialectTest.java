package io.otaupgrade.drivers.internal.lua;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lua 5.1 as drivers are written in it. */
class DialectTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "_VERSION § Lua 5.1",
        "0.1 § 0.1",
        "1 / 3 § 0.33333333333333",
        "3.14159265358979 .. '' § 3.1415926535898",
        "2^53 § 9.007199254741e+15",
        "1e15 .. '' § 1e+15",
        "123456789012 § 123456789012",
        "100000000000000 § 1e+14",
        "1e100 § 1e+100",
        "-1.5e-7 § -1.5e-07",
        "10 / 2 § 5",
        "7 % 3 § 1",
        "-7 % 3 § 2",
        "tostring(1/0) .. tostring(-1/0) § inf-inf",
        "('x'):rep(3) § xxx",
        "#('\\0a\\0') § 3",
        "tostring(nil) .. tostring(true) § niltrue",
        "unpack({1, 2, 3}) § 1",
        "select('#', unpack({1, nil, 3}, 1, 3)) § 3",
        "select(-1, 1, 2, 3) § 3",
        "table.getn({1, 2, 3}) § 3",
        "table.maxn({1, 2, [10] = 3}) § 10",
        "math.mod(7, 4) § 3",
        "math.log10(1000) § 3",
        "math.floor(-1.5) § -2",
        "tonumber('0x1F') § 31",
        "tonumber('ff', 16) § 255",
        "tonumber('1e3') § 1000",
        "tonumber('abc') § nil",
        "tonumber('7', 2) § nil",
        "table.concat({1, 2.5, 'x'}, ',') § 1,2.5,x",
        "loadstring('return 5')() § 5",
        "bit.band(0xFF00, 0x0FF0) § 3840",
        "bit.bor(1, 2, 4) § 7",
        "bit.bxor(0xFFFFFFFF, 0) § -1",
        "bit.lshift(1, 31) § -2147483648",
        "bit.rshift(-1, 28) § 15",
        "bit.arshift(-256, 4) § -16",
        "bit.bnot(0) § -1",
        "bit.tohex(0xDEADBEEF) § deadbeef",
        "bit.tohex(255, -4) § 00FF",
        "bit.bswap(0x01020304) § 67305985",
        "bit.rol(0x80000001, 1) § 3",
        "bit.tobit(0xFFFFFFFF + 2) § 1",
        "string.format('%5.2f|%-5d|%05d', 3.14159, 42, 42) § ` 3.14|42   |00042`",
        "string.format('%x %X %#x %o', 255, 255, 255, 8) § ff FF 0xff 10",
        "string.format('%08X', 0x000D6F00) § 000D6F00",
        "string.format('%g %g %g', 0.1, 1e20, 100) § 0.1 1e+20 100",
        "string.format('%e', 12345.678) § 1.234568e+04",
        "string.format('%q', 'a\"b\\\\') § `\"a\\\"b\\\\\"`",
        "string.format('%s %10s|%-4s|%.2s', 1, 'x', 'y', 'long') § `1          x|y   |lo`",
        "string.format('%c%c', 72, 105) § Hi",
        "string.format('%d', 3.7) § 3",
        "string.format('%+d % d %i', 5, 5, -5) § `+5  5 -5`",
        "string.format('%.3d', 5) § 005",
        "string.format('%u', 7) § 7",
        "string.format('%%') § %",
        "('hello'):find('l') § 3",
        "('hello'):find('xyz') § nil",
        "('a.b'):find('.', 1, true) § 2",
        "('hello world'):match('^(%w+)') § hello",
        "('key = value'):match('^(%w+)%s*=%s*(%w+)$') § key",
        "('abc'):gsub('%w', '%0%0') § aabbcc",
        "('hello'):gsub('l', {l = 'L'}) § heLLo",
        "('abc'):gsub('', '-') § -a-b-c-",
        "('THE (quick) fox'):find('%((%a+)%)') § 5",
        "('x[[y]]z'):match('%b[]') § [[y]]",
        "('THE (quick) fox'):gsub('%f[%a]%a+', 'w') § w (w) w",
        "('aXb'):gsub('%u', string.lower) § axb",
        "('abcabc'):match('(abc)%1') § abc",
        "('  trim  '):match('^%s*(.-)%s*$') § trim",
        "('a,b,,c'):gsub(',', ';', 2) § a;b;,c",
        "('abc'):match('()b()') § 2",
        "('a-b'):match('[a%-]+') § a-",
        "('a]b'):match('[]]') § ]",
        "('\\0x'):match('%z(x)') § x",
        "('abc'):byte(-1) § 99",
        "('abc'):sub(-2) § bc",
        "('abc'):sub(2, 100) § bc",
        "('abc'):reverse():upper() § CBA",
        "type(os.time()) § number",
        "os.date('!%Y-%m-%d %H:%M:%S') § 2026-03-04 05:06:07",
        "os.date('!*t').year § 2026",
        "os.time() § 1772600767",
        "rawequal('a', 'a') § true",
        "next({}) § nil",
        "type(coroutine.create(print)) § thread",
        "coroutine.status(coroutine.create(print)) § suspended",
      })
  void isAsLua51(String expression, String expected) throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      assertThat(scripts.value(expression)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local function f(...) return arg.n, arg[1] end local n, a = f(7, nil) assert(n == 2 and a == 7)",
        "function f(a, ...)\n return arg.n end assert(f(1, 2, 3) == 2)",
        "local f = function(...) local g = function(x) return arg.n + x end return g(1) end",
        "local function f(...) for i = 1, arg.n do assert(arg[i] == i) end end f(1, 2, 3)",
        "local function f(...) if arg.n == 1 then return 1 elseif arg.n == 2 then return 2 else return 0 end end assert(f(1, 2) == 2 and f() == 0)",
        "arg = 5 local function f(...) local n = select('#', ...) return arg end assert(f(1) == 5)",
        "-- a comment ... with arg and end\nlocal s = 'function(...) arg' local l = [==[ ]] end arg ... ]==] assert(#l == 16, #l)",
        "local goto = 3 goto = goto + 1 assert(goto == 4)",
        "#!/usr/bin/lua\nassert(true)",
        "local s = '\\065\\x41\\.' assert(s == 'AA.')",
        "local env = {x = 5} local f = loadstring('return x') setfenv(f, env) assert(f() == 5 and getfenv(f) == env)",
        "x = 1 local function f() return x end setfenv(f, {x = 2}) assert(f() == 2 and x == 1)",
        "local function f() setfenv(1, {y = 9}) return y end assert(f() == 9) assert(y == nil)",
        "assert(getfenv(1) == _G and getfenv(print) == _G and getfenv(0) == _G)",
        "package.preload['a.b'] = function(name) return {name = name} end local m = require 'a.b' assert(m.name == 'a.b' and m == require('a.b'))",
        "module('my.mod', package.seeall) function f() return type(5) end assert(_NAME == 'my.mod' and _M.f() == 'number')",
        "module('plain') g = 1",
        "local ok, e = pcall(error, {code = 7}) assert(not ok and e.code == 7)",
        "local ok, e = pcall(function() error('x') end) assert(e == 'test.lua:1: x', e)",
        "local function f() error('x', 2) end\nlocal ok, e = pcall(function()\n f()\n end) assert(e == 'test.lua:3: x', e)",
        "local ok, e = xpcall(function() error('x', 0) end, function(m) return 'handled ' .. m end) assert(e == 'handled x')",
        "local ok, e = pcall(function() local t = nil; return t.x end) assert(e:find('^test.lua:1: attempt to index'), e)",
        "local ok, e = pcall(string.rep) assert(e:find('bad argument #1'), e)",
        "local c = coroutine.create(function(a, b) local x = coroutine.yield(a + b) local y, z = coroutine.yield(x * 2) return y + z end) local _, v = coroutine.resume(c, 1, 2) assert(v == 3) _, v = coroutine.resume(c, 10) assert(v == 20) _, v = coroutine.resume(c, 3, 4) assert(v == 7) assert(coroutine.status(c) == 'dead') local ok, e = coroutine.resume(c) assert(not ok and e == 'cannot resume dead coroutine')",
        "local c = coroutine.create(function() error('in it') end) local ok, e = coroutine.resume(c) assert(not ok and e:find('in it'))",
        "local c = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) local n = 0 for v in c do n = n + v if n == 6 then break end end assert(n == 6)",
        "assert(coroutine.running() == nil) coroutine.wrap(function() assert(type(coroutine.running()) == 'thread') end)()",
        "local c = coroutine.wrap(function() return pcall(function() coroutine.yield(1) error('e', 0) end) end) assert(c() == 1) local ok, e = c() assert(ok == false and e == 'e')",
        "local t = {5, 2, 8, 1} table.sort(t) assert(table.concat(t, ' ') == '1 2 5 8')",
        "local t = {} for i = 10, 1, -1 do t[i] = i % 4 end table.sort(t, function(a, b) return a > b end) assert(table.concat(t) == '3322211100', table.concat(t))",
        "local t = {1, 2, 3} table.insert(t, 1, 0) table.insert(t, 4) assert(table.remove(t) == 4 and table.remove(t, 1) == 0 and #t == 3)",
        "local t = setmetatable({}, {__index = function(_, k) return k .. '!' end, __newindex = function(t, k, v) rawset(t, k, v * 2) end, __len = nil}) t.a = 4 assert(t.a == 8 and t.b == 'b!')",
        "local m = setmetatable({}, {__metatable = 'locked'}) assert(getmetatable(m) == 'locked' and not pcall(setmetatable, m, {}))",
        "local c = setmetatable({}, {__concat = function(a, b) return 'cat' end}) assert(c .. 1.5 == 'cat' and 'x' .. c == 'cat')",
        "local r = {} for k, v in string.gmatch('a=1, b=2', '(%w+)=(%w+)') do r[k] = v end assert(r.a == '1' and r.b == '2')",
        "local r = {} for w in string.gfind('one two', '%a+') do r[#r + 1] = w end assert(#r == 2)",
        "table.foreach({a = 1}, function(k, v) assert(k == 'a' and v == 1) end) table.foreachi({1, 2}, function(i, v) assert(i == v) end)",
        "local p, a, b = string.unpack(string.pack('>Hb', 0x1234, 5), '>Hb') assert(p == 4 and a == 0x1234 and b == 5)",
        "assert(string.pack('<HI', 1, 2) == '\\1\\0\\2\\0\\0\\0') assert(string.pack('bbb', 1, 2, 255) == '\\1\\2\\255')",
        "local p, s, n = string.unpack('hello\\0\\7', 'zb') assert(p == 8 and s == 'hello' and n == 7)",
        "local p, s = string.unpack('\\3abcd', 'p') assert(p == 5 and s == 'abc')",
        "local p, s = string.unpack('abcdef', 'A3', 2) assert(p == 5 and s == 'bcd')",
        "local p, a, b = string.unpack('\\1\\2', 'bbb') assert(p == 3 and a == 1 and b == 2)",
        "local p, a, b = string.unpack('\\255\\255\\255', 'ch') assert(p == 4 and a == -1 and b == -1)",
        "local p, d = string.unpack(string.pack('>d', 1.5), '>d') assert(p == 9 and d == 1.5)",
        "local p, a, b, c = string.unpack('\\1\\2\\3', 'b3') assert(p == 4 and c == 3)",
        "local t = setmetatable({}, {__mode = 'k'}) t[{}] = 1",
        "local f, e = loadstring('x = =') assert(f == nil and e:find('^%[string'), e)",
        "assert(loadstring('return ...', 'c')(4) == 4)",
        "local i = 0 local f = load(function() i = i + 1 return ({'return ', '7'})[i] end) assert(f() == 7)",
        "assert(collectgarbage('count') > 0 and collectgarbage() == 0 and gcinfo() > 0)",
        "assert(tostring(print):find('^function: ') and tostring({}):find('^table: '))",
        "local n = 0 for i, v in ipairs({1, 2, nil, 4}) do n = n + 1 end assert(n == 2)",
        "assert(not pcall(next, {}, 'nokey'))",
        "assert(math.pow(2, 3) == 8 and math.max(1, 5, 3) == 5 and math.abs(-1) == 1)",
        "for i = 1, 100 do local r = math.random(5) assert(r >= 1 and r <= 5) end",
      })
  void runsAsInLua51(String source) throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      scripts.run(source);
    }
  }

  @Test
  void modulesComeFromTheFilesOfTheScript() throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      scripts.files.put("lib/util.lua", "local name = ... return {name = name, one = 1}");
      scripts.files.put("lib/global.lua", "answer = 42");
      scripts.run("local u = require('lib.util') assert(u.name == 'lib.util' and u.one == 1)");
      scripts.run("assert(require 'lib.global' == true and answer == 42)");
      assertThat(scripts.failure("require 'not.there'").getMessage())
          .contains("module 'not.there' not found");
    }
  }

  @Test
  void whatIsPrintedIsWhatLuaPrints() throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      scripts.run("print('a', 1, 1.5, nil, true) print()");
      assertThat(scripts.printed).containsExactly("a\t1\t1.5\tnil\ttrue", "");
    }
  }
}
