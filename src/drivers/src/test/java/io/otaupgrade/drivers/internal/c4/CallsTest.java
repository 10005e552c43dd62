package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest of what drivers call. */
class CallsTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void begin() {
    stage = new Stage(folder);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "C4:GetDeviceID() § 7",
        "C4:GetProxyDevices() § 7",
        "C4:GetZigbeeEUID() § 00124b0000112233",
        "C4:GetDriverFileName() § lamp.c4z",
        "C4:GetDeviceDisplayName(7) § The lamp",
        "C4:GetDriverConfigInfo('version') § 7",
        "C4:GetDriverConfigInfo('model') § L1",
        "C4:GetDriverConfigInfo('minimum_os_version') § 3.3.2",
        "C4:GetDriverConfigInfo('nothing') .. '.' § .",
        "C4:GetDeviceData(7, 'name') § The lamp",
        "C4:GetVersionInfo().version § 3.3.2",
        "C4:GetTime() § 1772600767000",
        "#C4:UUID() § 36",
        "C4:GetBlobByName('fw'):byte(4) § 255",
        "C4:GetBlobByName('other') § nil",
        "tohex('0A 0b,ff'):byte(3) § 255",
        "C4:JsonEncode({1, 2, {a = 'x\"y'}}) § [1,2,{\"a\":\"x\\\"y\"}]",
        "C4:JsonEncode({}) § []",
        "C4:JsonEncode('\\0\\n\\127') § \"\\u0000\\n\\u007f\"",
        "C4:JsonEncode(true) .. C4:JsonEncode(1.5) .. C4:JsonEncode(nil) § true1.5null",
        "C4:JsonDecode('{\"a\": [1, 2.5, -3e2, null, \"\\\\u00e9\\\\n\"], \"b\": false}').a[3] § -300",
        "C4:JsonDecode('[\"\\\\ud83d\\\\ude00\"]')[1] § 😀",
        "C4:JsonDecode('nonsense') § nil",
        "C4:Base64Encode('hello\\0') § aGVsbG8A",
        "C4:Base64Decode('aGVsbG8=') § hello",
        "C4:Hash('MD5', 'abc') § 900150983cd24fb0d6963f7d28e17f72",
        "C4:Hash('sha1', 'abc') § a9993e364706816aba3e25717850c26c9cd0d89d",
        "C4:Hash('SHA256', 'abc', {return_encoding = 'BASE64'}) § ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        "#C4:Hash('SHA512', '616263', {return_encoding = 'NONE', data_encoding = 'HEX'}) § 64",
        "C4:Hash('CRC', 'abc') § nil",
        "C4:HMAC('SHA256', 'key', 'The quick brown fox jumps over the lazy dog') § f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
        "C4:Encrypt('AES-128-ECB', ('k'):rep(16), nil, ('d'):rep(16), {padding = false, return_encoding = 'HEX'}):len() § 32",
        "C4:Decrypt('AES-256-CBC', ('k'):rep(32), ('i'):rep(16), C4:Encrypt('AES-256-CBC', ('k'):rep(32), ('i'):rep(16), 'secret')) § secret",
        "C4:Encrypt('DES', 'k', nil, 'x') § nil",
        "C4:ParseXml('<a x=\"1 &lt; 2\"><b>t &amp; u</b><c/></a>').ChildNodes[1].Value § t & u",
        "C4:ParseXml('<a x=\"1 &lt; 2\"/>').Attributes.x § 1 < 2",
        "C4:ParseXml('<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>') § nil",
        "C4:ParseXml('<a>') § nil",
        "C4:ParseXml(' <?xml version=\"1.0\" encoding=\"UTF-16\"?><a>x <![CDATA[<b>]]>c</a>').Value § x <b>c",
        "C4:AddVariable('v', 'one', 'STRING') § true",
        "(C4:AddVariable('v', 'one') and C4:AddVariable('v', 'two')) § false",
        "(C4:AddVariable('v', 1) and C4:SetVariable('v', 2) and Variables.v) § 2",
        "#C4:GetBoundConsumerDevices(7, 1) § 0",
        "C4:FireEvent('Pressed') § nil",
        "C4:PersistGetValue('nothing') § nil",
        "C4:AllowExecute(true) § nil",
        "C4:UpdateProperty('State', nil) § nil",
      })
  void returns(String expression, String expected) {
    Stage.Running driver = stage.start("print((" + expression + "))");
    assertThat(driver.failures).isEmpty();
    assertThat(driver.printed).containsExactly(expected);
  }

  @Test
  void octetsAreDumped() {
    Stage.Running driver =
        stage.start("hexdump('AB\\0') hexdump('x', function(l) print('>' .. l) end)");
    assertThat(driver.printed.get(0)).startsWith("0000  41 42 00 ").endsWith(" AB.");
    assertThat(driver.printed.get(1)).startsWith(">0000  78 ");
  }

  @Test
  void timersOfBothKindsExpireAndAreKilled() {
    Stage.Running driver =
        stage.start(
            """
            local once = C4:AddTimer(5, "SECONDS")
            local every = C4:AddTimer(1, "MINUTES", true)
            local killed = C4:AddTimer(100, "MILLISECONDS")
            C4:KillTimer(killed)
            function OnTimerExpired(id)
              print(id == once and "once" or id == every and "every" or "other")
            end
            local n = 0
            C4:SetTimer(2000, function(timer)
              n = n + 1
              print("set " .. n)
              if n == 2 then timer:Cancel() end
            end, true)
            local t = C4:SetTimer(1000, function() print("never") end)
            t:Cancel()
            """);
    stage.advance(Duration.ofSeconds(121));
    assertThat(driver.printed).containsExactly("set 1", "set 2", "once", "every", "every");
  }

  @Test
  void timersGoOnWhenTheRadioComesAndGoes() {
    Stage.Running driver = stage.start("C4:SetTimer(10000, function() print('done') end)");
    stage.advance(Duration.ofSeconds(4));
    stage.runtime.addRadio(stage.radio);
    stage.advance(Duration.ofSeconds(4));
    stage.runtime.removeRadio(stage.radio);
    stage.advance(Duration.ofMillis(1999));
    assertThat(driver.printed).isEmpty();
    stage.advance(Duration.ofMillis(1));
    assertThat(driver.printed).containsExactly("done");
  }

  @Test
  void whatIsPersistedIsThereInTheNextLife() {
    Stage.Running first =
        stage.start(
            """
            PersistData.count = 1
            PersistData.list = {1, 2.5, "x\\255\\0", {deep = true}}
            PersistData[7] = "seven"
            C4:PersistSetValue("a", "text")
            C4:PersistSetValue("t", {k = 1})
            C4:PersistSetValue("gone", 1)
            C4:PersistDeleteValue("gone")
            """);
    first.instance.close();
    Stage.Running second =
        stage.start(
            """
            print(PersistData.count, PersistData.list[2], PersistData.list[3] == "x\\255\\0",
              PersistData.list[4].deep, PersistData[7])
            print(C4:PersistGetValue("a"), C4:PersistGetValue("t").k, C4:PersistGetValue("gone"))
            """);
    assertThat(second.failures).isEmpty();
    assertThat(second.printed).containsExactly("1\t2.5\ttrue\ttrue\tseven", "text\t1\tnil");
  }

  @Test
  void whatIsPersistedIsWrittenSoon() throws IOException {
    Stage.Running driver =
        stage.start(
            """
            function OnDriverLateInit() C4:PersistSetValue("a", 1) end
            function OnPropertyChanged() PersistData.b = 2 end
            """);
    Path file = folder.resolve("persist-7.json");
    assertThat(file).content().contains("\"values\":{\"a\":1}", "\"PersistData\":[]");
    driver.instance.setProperty("Level", "x");
    stage.advance(Duration.ofSeconds(11));
    assertThat(file).content().contains("\"b\":2");
    try (var files = Files.list(folder)) {
      assertThat(files.filter(path -> path.toString().endsWith(".new"))).isEmpty();
    }
  }

  @Test
  void aDriverThatPersistsNothingWritesNothing() {
    stage.start("x = 1").instance.close();
    assertThat(folder.resolve("persist-7.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "{\"PersistData\":5}",
        "[1,2]",
        "{\"values\":[],\"PersistData\":{\"a\":"
      })
  void aPersistenceFileThatIsDamagedIsNoReasonNotToStart(String content) throws IOException {
    Files.writeString(folder.resolve("persist-7.json"), content);
    Stage.Running driver = stage.start("print(type(PersistData), C4:PersistGetValue('a'))");
    assertThat(driver.printed).containsExactly("table\tnil");
  }

  @Test
  void whatCannotBePersistedIsToldOnce() {
    Stage.Running driver =
        stage.start(
            """
            PersistData.me = PersistData
            function OnPropertyChanged() C4:PersistSetValue("a", Properties.Level) end
            """);
    driver.instance.setProperty("Level", "1");
    driver.instance.setProperty("Level", "2");
    assertThat(driver.failures).isEmpty();
    assertThat(driver.logged)
        .containsExactly(
            "ERROR what the driver persists cannot be kept: tables nested more than 100 deep");
  }

  @Test
  void pagesAreFetched() {
    stage.fetcher.pages.put("http://example.org/a", "body");
    Stage.Running driver =
        stage.start(
            """
            C4:urlGet("http://example.org/a", {["X-Y"] = "z"}, false,
              function(ticket, data, code, headers, err)
                print(ticket, data, code, headers["content-type"], err)
              end)
            function ReceivedAsync(ticket, data, code, headers, err) print(ticket, data, code, err) end
            C4:urlGet("http://example.org/missing")
            C4:urlPost("http://example.org/a", "data", {}, false,
              function(ticket, data, code, headers, err) print(ticket, data, code, err) end)
            C4:urlGet("http://elsewhere.org/", {}, false,
              function(ticket, data, code, headers, err) print(code, err) end)
            C4:urlGet("controller://driver/other/x", {}, false,
              function(ticket, data, code, headers, err) print(code, err) end)
            local o = C4:url()
              :OnDone(function(transfer, responses, errCode, errMsg)
                print(responses[1] and responses[1].code, responses[1] and responses[1].body, errCode, errMsg)
              end)
              :SetOptions({timeout = 5})
              :Get("http://example.org/a")
            print(type(o:TicketId()))
            C4:url():OnDone(function(t, r, errCode, errMsg) print(#r, errCode, errMsg) end):Post("http://example.org/a", "x")
            """);
    assertThat(driver.failures).isEmpty();
    assertThat(driver.printed)
        .containsExactly(
            "number",
            "1\tbody\t200\tx\tnil",
            "2\t\t404\tnil",
            "3\t\t0\tPOST is not possible here; only GET is",
            "0\tthe driver may not reach http://elsewhere.org/",
            "0\tthe driver may not reach controller://driver/other/x",
            "200\tbody\t0\tnil",
            "0\t1\tPOST is not possible here; only GET is");
    assertThat(stage.fetcher.requests).hasSize(3);
    assertThat(stage.fetcher.requests.get(0).headers()).containsEntry("X-Y", "z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.zigbee",
        "..a/b../.c/d.",
        "50%25.zigbee",
        "a.zigbee?from=/../other#/../other",
      })
  void aDriverFetchesFromItsOwnPackage(String path) {
    stage.start("C4:urlGet('controller://driver/lamp/" + path + "')");
    assertThat(stage.fetcher.requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/secret.txt",
        "a/../../other/secret.txt",
        "./../other/secret.txt",
        "..",
        ".",
        "a/..?x",
        "a/.#x",
        "%2e%2E/other/secret.txt",
        ".%2e/other/secret.txt",
        "%2e./other/secret.txt",
        "..%2fother/secret.txt",
        "..%5cother/secret.txt",
        "..\\\\other/secret.txt",
        "%252e%252e/other/secret.txt",
        "%25252e./other/secret.txt",
        "%%32e./other/secret.txt",
        "..%252fother/secret.txt",
        "a%25%35%63..%255cother/secret.txt",
      })
  void noSpellingOfAStepUpLeadsOutOfTheDriversOwnPackage(String path) {
    Stage.Running driver =
        stage.start(
            """
            C4:urlGet('controller://driver/lamp/%s', {}, false,
              function(ticket, data, code, headers, err) print(code, err) end)
            """
                .replace("%s", path));
    assertThat(stage.fetcher.requests).isEmpty();
    assertThat(driver.printed).hasSize(1);
    assertThat(driver.printed.get(0)).startsWith("0\tthe driver may not reach controller://");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "C4:urlGet('http://example.org/' .. ('x'):rep(4078), {} ! a URL of 4097 characters, at most 4096",
        "C4:urlGet('http://example.org/', {a = ('x'):rep(8192)} ! headers of more than 8192 octets",
        "C4:urlCustom('http://example.org/', ('X'):rep(50), '', {} ! XXXXXXXXXXXXXXXX… is not possible here; only GET is",
      })
  void whatIsTooLongIsNotFetched(String call, String why) {
    Stage.Running driver =
        stage.start(
            call + ", false, function(ticket, data, code, headers, err) print(code, err) end)");
    assertThat(driver.printed).containsExactly("0\t" + why);
    assertThat(stage.fetcher.requests).isEmpty();
  }

  @Test
  void withoutAFetcherNothingIsFetched() {
    stage.runtime.fetcher(null, null);
    Stage.Running driver =
        stage.start(
            """
            C4:urlGet("http://example.org/a", {}, false,
              function(ticket, data, code, headers, err) print(code, err) end)
            """);
    assertThat(driver.printed).containsExactly("0\tnothing fetches here now");
  }
}
