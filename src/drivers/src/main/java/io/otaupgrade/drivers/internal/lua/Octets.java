package io.otaupgrade.drivers.internal.lua;

import java.util.Arrays;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** A string under construction, charged before it grows. */
final class Octets {
  private final Sandbox sandbox;
  private byte[] octets = new byte[64];
  private int size;

  Octets(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  void add(int octet) {
    room(1);
    octets[size++] = (byte) octet;
  }

  void add(LuaString string) {
    add(string.m_bytes, string.m_offset, string.m_length);
  }

  void add(byte[] from, int offset, int length) {
    room(length);
    System.arraycopy(from, offset, octets, size, length);
    size += length;
  }

  /** Text of which every character is below 256. */
  void add(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      octets[size++] = (byte) text.charAt(i);
    }
  }

  int size() {
    return size;
  }

  LuaString string() {
    if (size == 0) {
      return LuaValue.EMPTYSTRING;
    }
    return LuaString.valueUsing(size == octets.length ? octets : Arrays.copyOf(octets, size));
  }

  private void room(int more) {
    sandbox.spend(more / 16);
    if (octets.length - size < more) {
      long wanted = Math.max((long) size + more, octets.length * 2L);
      sandbox.charge(wanted);
      octets = Arrays.copyOf(octets, Math.toIntExact(Math.min(wanted, Integer.MAX_VALUE - 64)));
    }
  }
}
