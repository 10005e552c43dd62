package io.otaupgrade.drivers.internal.lua;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

class PackingPropertyTest {

  @Property(tries = 300)
  void whatIsPackedIsUnpacked(
      @ForAll @IntRange(min = 0, max = 255) int octet,
      @ForAll short small,
      @ForAll int number,
      @ForAll double real,
      @ForAll @Size(max = 200) byte[] text,
      @ForAll boolean big)
      throws ScriptFailed {
    try (Scripts scripts = new Scripts()) {
      LuaValue string = scripts.global("string");
      LuaValue format = LuaValue.valueOf((big ? ">" : "<") + "bhidpA" + text.length);
      LuaValue packed =
          scripts
              .sandbox
              .call(
                  string.get("pack"),
                  LuaValue.varargsOf(
                      new LuaValue[] {
                        format,
                        LuaValue.valueOf(octet),
                        LuaValue.valueOf(small),
                        LuaValue.valueOf(number),
                        LuaValue.valueOf(real),
                        LuaString.valueOf(text),
                        LuaString.valueOf(text)
                      }))
              .arg1();
      Varargs values =
          scripts.sandbox.call(string.get("unpack"), LuaValue.varargsOf(packed, format));
      assertThat(values.arg(1).toint()).isEqualTo(packed.rawlen() + 1);
      assertThat(values.arg(2).toint()).isEqualTo(octet);
      assertThat(values.arg(3).toint()).isEqualTo(small);
      assertThat(values.arg(4).toint()).isEqualTo(number);
      assertThat(values.arg(5).todouble()).isEqualTo(real);
      assertThat(values.arg(6)).isEqualTo(LuaString.valueOf(text));
      assertThat(values.arg(7)).isEqualTo(LuaString.valueOf(text));
    }
  }

  @Property(tries = 500)
  void numbersInAllTheirDigitsAreReadBackAsTheyWere(@ForAll double value) {
    assertThat(Double.parseDouble(Numbers.general(value, 17, false, false))).isEqualTo(value);
    assertThat(Double.parseDouble(Numbers.scientific(value, 16))).isEqualTo(value);
  }
}
