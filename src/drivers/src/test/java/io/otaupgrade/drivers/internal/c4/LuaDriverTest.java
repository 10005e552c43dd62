package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NodeEvent.Kind;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver's life, its device's comings and goings, and how it ends. */
class LuaDriverTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void begin() {
    stage = new Stage(folder, new Limits(1_000_000, Duration.ofSeconds(10), 200, 2 << 20, 8));
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private static final String TELLS =
      """
      function OnZigbeeOnlineStatusChanged(status, version, skew) print(status) end
      """;

  @Test
  void itsLifeCycleIsCalledInOrder() {
    stage.radio.node = Optional.of(stage.node(true));
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver =
        stage.start(
            TELLS
                + """
                print("loaded")
                function OnDriverInit(how) print("init", how) end
                function OnDriverLateInit(how) print("late", how) end
                function OnDriverDestroyed() print("destroyed") end
                """);
    driver.instance.close();
    assertThat(driver.printed)
        .containsExactly("loaded", "init\tDIT_STARTUP", "late\tDIT_STARTUP", "ONLINE", "destroyed");
    assertThat(driver.failures).isEmpty();
    assertThat(stage.radio.holds).isZero();
  }

  @Test
  void aDriverIsToldHowItsDeviceIs() {
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver = stage.start(TELLS);
    stage.event(Kind.JOINED);
    stage.event(Kind.DESCRIBED);
    stage.event(Kind.ANNOUNCED);
    stage.event(Kind.LEFT);
    stage.event(Kind.ANNOUNCED);
    stage.runtime.removeRadio(stage.radio);
    stage.runtime.addRadio(stage.radio);
    assertThat(driver.printed)
        .containsExactly("ONLINE", "REBOOT", "OFFLINE", "ONLINE", "UNKNOWN", "ONLINE");
  }

  @Test
  void theDeviceIsOnlineAgainWhenTheOtaServerIsBack() {
    stage.radio.node = Optional.of(stage.node(true));
    stage.runtime.addServer(stage.server);
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver = stage.start(TELLS);
    assertThat(driver.printed).containsExactly("ONLINE");
    stage.runtime.removeServer(stage.server);
    stage.runtime.addServer(stage.server);
    assertThat(driver.printed).containsExactly("ONLINE", "ONLINE");
  }

  @Test
  void aDriverThatCameBeforeTheOtaServerIsToldWhenItComes() {
    stage.radio.node = Optional.of(stage.node(true));
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver = stage.start(TELLS);
    stage.runtime.addServer(stage.server);
    assertThat(driver.printed).containsExactly("ONLINE", "ONLINE");
  }

  @Test
  void anImageIsAddedWheneverTheDeviceComesOnline() {
    stage.runtime.addRadio(stage.radio);
    stage.start(
        """
        function OnZigbeeOnlineStatusChanged(status)
          if status == "ONLINE" then
            C4:RequireModule("zigbee"):otaAddImage(7, 1, 2, "u", "t", 1)
          end
        end
        """);
    stage.event(Kind.JOINED);
    stage.event(Kind.LEFT);
    stage.event(Kind.ANNOUNCED);
    assertThat(stage.ota.asked).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "while true do end ! more than 1000000 instructions in one call",
        "x = ('x'):rep(1e9) ! more than 2048 KiB of memory",
        "local s = 'x' while true do s = s .. s end ! more than 2048 KiB of memory",
        "local t = {} while true do t[#t + 1] = {} end ! more than 2048 KiB of memory",
        "local function f() return 1 + f() end f() ! calls nested more than 200 deep",
        "string.find(('a'):rep(40), ('a*'):rep(30) .. 'b') ! more than 1000000 instructions in one call",
        "error('oh no') ! driver.lua:1: oh no",
        "local x = nil + 1 ! driver.lua:1: attempt to perform arithmetic",
        "pcall(function() while true do end end) ! more than 1000000 instructions in one call",
        "coroutine.wrap(function() while true do end end)() ! more than 1000000 instructions in one call",
        "C4:JsonEncode(setmetatable({}, {__index = function() while true do end end}).x) ! more than 1000000 instructions in one call",
      })
  void whatADriverDoesStopsThatDriverOnly(String bomb, String reason) {
    Stage.Running other =
        stage.start("function OnPropertyChanged(name) print(name) end", 8, new Eui64(2));
    Stage.Running driver = stage.start("function OnPropertyChanged() " + bomb + " end");
    driver.instance.setProperty("Level", "1");
    assertThat(driver.failures).hasSize(1);
    assertThat(driver.failures.get(0)).startsWith(reason).doesNotContain("\n");
    driver.instance.setProperty("Level", "2");
    driver.instance.close();
    assertThat(driver.failures).hasSize(1);
    assertThat(driver.callbacks).contains("OnPropertyChanged(\"Level\")").hasSize(2);
    other.instance.setProperty("Level", "2");
    assertThat(other.printed).containsExactly("Level");
    assertThat(other.failures).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "x = = 1 ! driver.lua:1: unexpected symbol",
        "error('at load') ! driver.lua:1: at load",
        "function OnDriverInit() error('at init', 0) end ! at init",
        "function OnDriverLateInit() while true do end end ! more than 1000000 instructions",
      })
  void aScriptThatDoesNotStartFails(String script, String reason) {
    Stage.Running driver = stage.start(script);
    assertThat(driver.failures).hasSize(1);
    assertThat(driver.failures.get(0)).startsWith(reason);
  }

  @Test
  void aScriptThatIsNotThereFails() throws IOException {
    Stage.Running driver = new Stage.Running();
    driver.instance = stage.runtime.start(stage.setup(7, Stage.LAMP), driver);
    assertThat(driver.failures).containsExactly("the script driver.lua cannot be read");
  }

  @Test
  void aDriverWhoseMemoryIsFullOutsideOfItsCallsIsStoppedToo() {
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver =
        stage.start(
            """
            t = {}
            for i = 1, 200 do t[i] = ("x"):rep(10000) .. i end
            function OnZigbeePacketIn(packet) t[#t + 1] = packet end
            """);
    assertThat(driver.failures).isEmpty();
    byte[] octets = new byte[60000];
    for (int i = 0; i < 20; i++) {
      stage.runtime.received(
          ApsFrame.from(1, Optional.of(Stage.LAMP), 1, 1, 0x0104, 6, 0, ByteBuffer.wrap(octets)));
    }
    assertThat(driver.failures).containsExactly("more than 2048 KiB of memory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Variables = nil for i = 1, 40 do C4:AddVariable('v' .. i, big(i)) end",
        "Variables = nil for i = 1, 40 do C4:AddVariable(big(i), 1) end",
        "once(function() Variables.x = huge() end) Variables = nil mine = huge()",
        "once(function() Properties.x = huge() end) Properties = nil mine = huge()",
        "once(function() C4.x = huge() end) C4 = nil mine = huge()",
        "once(function() C4:RequireModule('zigbee').x = huge() end) mine = huge()",
        "for i = 1, 40 do local o = C4:url() o.x = big(i) kept[i] = o.Get end",
        "for i = 1, 40 do kept[i] = C4:url():OnDone(big(i)) end",
        "mine = huge() for i = 1, 700 do C4:urlGet('http://elsewhere.org/' .. long(i)) end",
      })
  void whatTheHostKeepsForADriverCountsAsTheDriversMemory(String hoards) {
    Stage.Running driver =
        stage.start(
            """
            kept = {}
            function once(hoards) hoards() end
            function long(i) return ("x"):rep(2000) .. i end
            function big(i) return ("x"):rep(100000) .. i end
            function huge() return ("x"):rep(1200000) end
            function OnPropertyChanged() %s end
            """
                .replace("%s", hoards));
    driver.instance.setProperty("Level", "1");
    assertThat(driver.failures).containsExactly("more than 2048 KiB of memory");
  }

  @Test
  void theNameOfAMethodThatIsNotKnownIsKeptInPartOnly() {
    Stage.Running driver =
        stage.start(
            """
            method = C4[("x"):rep(100000)]
            method()
            print(#tostring(method))
            """);
    driver.instance.close();
    assertThat(driver.printed).containsExactly("122");
    assertThat(driver.logged)
        .containsExactly(
            "WARN C4:" + "x".repeat(100) + "… is not known here and does nothing",
            "DEBUG calls of unknown C4 methods: {" + "x".repeat(100) + "…=1}");
  }

  @Test
  void callbacksOutsideTheBudgetOfTheLastOneAreNotStopped() {
    Stage.Running driver =
        stage.start(
            """
            zb = C4:RequireModule("zigbee")
            function OnPropertyChanged() for i = 1, 240000 do end zb:otaImageInfo(7) end
            function ReceivedFromNetwork(a, b, name) print(name) end
            """);
    for (int i = 0; i < 30; i++) {
      driver.instance.setProperty("Level", "1");
      stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    }
    assertThat(driver.failures).isEmpty();
    assertThat(driver.printed).hasSize(30);
  }

  @Test
  void nothingOfADriverThatEndedIsLeft() {
    stage.runtime.addRadio(stage.radio);
    Stage.Running driver =
        stage.start(
            """
            C4:SetTimer(1000, function() print("timer") end, true)
            C4:AddTimer(1, "SECONDS", true)
            function OnTimerExpired() print("old timer") end
            function OnDriverDestroyed() C4:RequireModule("zigbee"):otaImageInfo(7) end
            function ReceivedFromNetwork() print("result") end
            """);
    driver.instance.close();
    stage.advance(Duration.ofMinutes(1));
    stage.answer(OperationName.IMAGE_INFO_RESPONSE, OtaStatus.SUCCESS);
    stage.event(Kind.ANNOUNCED);
    assertThat(driver.printed).isEmpty();
    assertThat(stage.timers()).isZero();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    Stage.Running driver = stage.start("function OnDriverDestroyed() print('end') end");
    driver.instance.close();
    driver.instance.close();
    assertThat(driver.printed).containsExactly("end");
  }

  @Test
  void propertiesGoBothWays() {
    Stage.Running driver =
        stage.start(
            """
            print(Properties["Level"], Properties.State)
            function OnPropertyChanged(name)
              C4:UpdateProperty("State", name .. " is " .. Properties[name])
            end
            C4:UpdateProperty("Nonsense", "x")
            C4:UpdateProperty("State", 5)
            """);
    assertThat(driver.printed).containsExactly("low\t");
    assertThat(driver.instance.properties()).isEqualTo(Map.of("Level", "low", "State", "5"));
    driver.instance.setProperty("Level", "high");
    driver.instance.setProperty("Other", "x");
    assertThat(driver.instance.properties())
        .isEqualTo(Map.of("Level", "high", "State", "Level is high"));
    assertThat(driver.logged)
        .containsExactly(
            "WARN C4:UpdateProperty: there is no property 'Nonsense'",
            "WARN there is no property 'Other'");
  }

  @Test
  void scriptsOfThePackageAreRequiredAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("package/lib"));
    Files.writeString(folder.resolve("package/lib/util.lua"), "return {one = 1}");
    Files.writeString(folder.resolve("secret.lua"), "return 'secret'");
    Files.createSymbolicLink(folder.resolve("package/link.lua"), folder.resolve("secret.lua"));
    Stage.Running driver =
        stage.start(
            """
            print(require("lib.util").one)
            print(pcall(require, "../secret"))
            print((pcall(require, "link")))
            print((pcall(require, "/etc/passwd")))
            """);
    assertThat(driver.printed.get(0)).isEqualTo("1");
    assertThat(driver.printed.get(1)).startsWith("false");
    assertThat(driver.printed.subList(2, 4)).containsExactly("false", "false");
  }

  @Test
  void methodsThatAreNotKnownDoNothingAndAreToldOnce() {
    Stage.Running driver =
        stage.start("for i = 1, 3 do print(C4:NeverHeardOf(i)) end print(C4:SendToProxy(1, 'X'))");
    assertThat(driver.printed).containsExactly("nil", "nil", "nil", "nil");
    assertThat(driver.logged)
        .containsExactly(
            "WARN C4:NeverHeardOf is not known here and does nothing",
            "WARN C4:SendToProxy does nothing on this host");
    driver.instance.close();
    assertThat(driver.logged).contains("DEBUG calls of unknown C4 methods: {NeverHeardOf=3}");
  }

  @Test
  void whatIsPrintedInSeveralLinesIsSeveralLines() {
    Stage.Running driver = stage.start("print('a\\nb') C4:DebugLog('d') C4:ErrorLog('e', 1)");
    assertThat(driver.printed).containsExactly("a", "b");
    assertThat(driver.logged).containsExactly("DEBUG d", "ERROR e\t1");
  }
}
