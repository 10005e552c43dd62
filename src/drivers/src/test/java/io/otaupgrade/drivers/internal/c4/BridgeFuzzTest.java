package io.otaupgrade.drivers.internal.c4;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.Numbers;
import io.otaupgrade.drivers.internal.lua.Sandbox;
import io.otaupgrade.drivers.internal.lua.ScriptFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Whatever a script hands to the host: it is taken or refused, and the host goes on. */
class BridgeFuzzTest {
  private static final Limits SMALL = new Limits(200_000, Duration.ofSeconds(10), 100, 2 << 20, 4);

  private static final String[] CALLS = {
    "zb.otaServiceStatus",
    "zb.otaAddImage",
    "zb.otaRemoveImage",
    "zb.otaImageInfo",
    "C4.SendZigbeePacket",
    "C4.UpdateProperty",
    "C4.AddTimer",
    "C4.SetTimer",
    "C4.KillTimer",
    "C4.PersistSetValue",
    "C4.PersistGetValue",
    "C4.JsonEncode",
    "C4.JsonDecode",
    "C4.Base64Decode",
    "C4.Hash",
    "C4.HMAC",
    "C4.Encrypt",
    "C4.Decrypt",
    "C4.ParseXml",
    "C4.urlGet",
    "C4.urlCustom",
    "C4.GetDriverConfigInfo",
    "C4.GetDeviceData",
    "C4.AddVariable",
    "C4.FireEvent",
    "C4.DebugLog",
    "C4.RequireModule",
    "G.tohex",
    "G.hexdump",
    "string.pack",
    "string.unpack",
    "string.format",
    "string.find",
    "string.gsub",
    "string.rep",
    "table.concat",
    "table.insert",
    "G.tonumber",
    "G.unpack",
    "G.loadstring",
    "bit.band",
    "os.date",
  };

  /**
   * Makes calls.
   *
   * @param octets for each call: one for the function, one for how many arguments, and those
   */
  @FuzzTest(maxDuration = "30m")
  void everyCallIsTakenOrRefused(byte[] octets) throws IOException {
    Path folder = Files.createTempDirectory("bridge");
    try (Stage stage = new Stage(folder, SMALL)) {
      Stage.Running driver =
          stage.start("zb = C4:RequireModule('zigbee') G = _G PersistData.x = 1");
      LuaDriver instance = (LuaDriver) driver.instance;
      ByteBuffer in = ByteBuffer.wrap(octets);
      while (in.remaining() >= 2 && driver.failures.isEmpty()) {
        String[] name = CALLS[(in.get() & 0xFF) % CALLS.length].split("\\.", 2);
        LuaValue owner = instance.globals().get(name[0]);
        List<LuaValue> values = new ArrayList<>(List.of(owner));
        if (!name[0].equals("C4") && !name[0].equals("zb")) {
          values.clear();
        }
        for (int i = in.get() & 7; i > 0; i--) {
          values.add(value(in, 0));
        }
        try {
          instance
              .sandbox()
              .call(owner.get(name[1]), LuaValue.varargsOf(values.toArray(new LuaValue[0])));
        } catch (ScriptFailed failed) {
          if (failed.stopped()) {
            break;
          }
        }
        stage.advance(Duration.ofMillis(100));
      }
    } finally {
      Files.deleteIfExists(folder.resolve("persist-7.json"));
      Files.deleteIfExists(folder.resolve("package/driver.lua"));
      Files.deleteIfExists(folder.resolve("package"));
      Files.deleteIfExists(folder);
    }
  }

  private static LuaValue value(ByteBuffer in, int depth) {
    if (!in.hasRemaining()) {
      return LuaValue.NIL;
    }
    int kind = in.get() & 0xFF;
    return switch (kind % 8) {
      case 0 -> LuaValue.NIL;
      case 1 -> LuaValue.valueOf(kind > 127);
      case 2 -> LuaValue.valueOf(in.hasRemaining() ? in.get() : 0);
      case 3 -> LuaValue.valueOf(in.remaining() >= 8 ? in.getDouble() : Double.NaN);
      case 4 -> depth > 3 ? LuaValue.TRUE : table(in, kind >> 5, depth);
      default -> {
        byte[] text = new byte[Math.min(kind >> 3, in.remaining())];
        in.get(text);
        yield LuaString.valueOf(text);
      }
    };
  }

  private static LuaTable table(ByteBuffer in, int entries, int depth) {
    LuaTable table = new LuaTable();
    for (int i = entries; i > 0; i--) {
      LuaValue key = value(in, depth + 1);
      LuaValue value = value(in, depth + 1);
      if (!key.isnil() && !(key.isnumber() && Double.isNaN(key.todouble()))) {
        table.rawset(key, value);
      }
    }
    return table;
  }

  /** What is read as JSON is the same when it is written and read again. */
  @FuzzTest(maxDuration = "30m")
  void everyTextIsJsonOrIsNot(byte[] octets) throws IOException {
    Sandbox sandbox = new Sandbox(SMALL, new Silence());
    for (boolean exact : new boolean[] {false, true}) {
      TableText text = new TableText(sandbox, exact);
      try {
        byte[] once = sandbox.outside(() -> text.encode(text.decode(octets)));
        byte[] twice = sandbox.outside(() -> text.encode(text.decode(once)));
        if (once.length != twice.length) {
          throw new AssertionError(
              new String(once, StandardCharsets.UTF_8)
                  + " became "
                  + new String(twice, StandardCharsets.UTF_8));
        }
      } catch (LuaError refused) {
        if (refused.getMessage() == null) {
          throw new AssertionError("no reason", refused);
        }
      }
    }
    sandbox.close();
  }

  /** Every text is a document, or none, and what is one has a name. */
  @FuzzTest(maxDuration = "30m")
  void everyTextIsXmlOrIsNot(byte[] octets) {
    Sandbox sandbox = new Sandbox(SMALL, new Silence());
    String document = new String(octets, StandardCharsets.UTF_8);
    try {
      LuaTable tree = new XmlTree(sandbox).parse(document);
      if (Numbers.text(tree.get("Name")).isEmpty()) {
        throw new AssertionError("no name: " + Arrays.toString(octets));
      }
    } catch (XmlTree.NotXml refused) {
      if (refused.getMessage().isEmpty()) {
        throw new AssertionError("no reason", refused);
      }
    } finally {
      sandbox.close();
    }
  }
}
