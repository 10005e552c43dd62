package io.otaupgrade.drivers.internal.lua;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes of a source in Lua 5.1 one that the engine, which compiles 5.2, understands alike. Lines
 * stay where they are.
 *
 * <ul>
 *   <li>A function with {@code ...} that does not use it, but {@code arg}, gets that table.
 *   <li>{@code goto} is a name.
 *   <li>A first line that begins with {@code #}, and a byte order mark, are left out.
 * </ul>
 */
final class Dialect {
  private static final String ARG = " local arg={n=select('#',...),...} ";

  private final byte[] source;
  private final List<Edit> edits = new ArrayList<>();
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();
  private int at;

  private record Edit(int at, int removed, String inserted) {}

  /** What an {@code end} ends. */
  private static final class Block {
    final boolean function;
    int body = -1;
    boolean variable;
    boolean usesDots;
    boolean usesArg;

    Block(boolean function) {
      this.function = function;
    }
  }

  private Dialect(byte[] source) {
    this.source = source;
  }

  static byte[] translate(byte[] source) {
    byte[] text = source;
    if (text.length >= 3
        && (text[0] & 0xff) == 0xEF
        && (text[1] & 0xff) == 0xBB
        && (text[2] & 0xff) == 0xBF) {
      text = Arrays.copyOfRange(text, 3, text.length);
    }
    if (text.length > 0 && text[0] == '#') {
      text = text.clone();
      for (int i = 0; i < text.length && text[i] != '\n'; i++) {
        text[i] = ' ';
      }
    }
    boolean argTable = contains(text, "...") && contains(text, "arg");
    if (!argTable && !contains(text, "goto")) {
      return text;
    }
    Dialect dialect = new Dialect(text);
    dialect.scan();
    return dialect.edited();
  }

  private static boolean contains(byte[] text, String word) {
    for (int i = 0; i + word.length() <= text.length; i++) {
      int k = 0;
      while (k < word.length() && text[i + k] == word.charAt(k)) {
        k++;
      }
      if (k == word.length()) {
        return true;
      }
    }
    return false;
  }

  private void scan() {
    Block main = new Block(true);
    main.body = 0;
    blocks.push(main);
    boolean parameters = false;
    boolean elseif = false;
    String previous = "";
    while (at < source.length) {
      int from = at;
      String token = token();
      if (token.isEmpty()) {
        continue;
      }
      switch (token) {
        case "function" -> {
          blocks.push(new Block(true));
          parameters = true;
        }
        case "do", "repeat" -> blocks.push(new Block(false));
        case "elseif" -> elseif = true;
        case "then" -> {
          // what follows elseif is in the block of its if
          if (!elseif) {
            blocks.push(new Block(false));
          }
          elseif = false;
        }
        case "end", "until" -> endBlock();
        case ")" -> {
          if (parameters) {
            blocks.peek().body = at;
            parameters = false;
          }
        }
        case "..." -> {
          if (parameters) {
            blocks.peek().variable = true;
          } else {
            innermost().usesDots = true;
          }
        }
        case "arg" -> {
          if (!parameters && !previous.equals(".") && !previous.equals(":")) {
            innermost().usesArg = true;
          }
        }
        case "goto" -> edits.add(new Edit(from, 4, "goto_"));
        default -> {}
      }
      previous = token;
    }
  }

  private Block innermost() {
    for (Block block : blocks) {
      if (block.function) {
        return block;
      }
    }
    throw new IllegalStateException("the main chunk is a function");
  }

  private void endBlock() {
    if (blocks.size() == 1) {
      return; // the compiler will say what is wrong
    }
    Block block = blocks.pop();
    if (block.variable && block.usesArg && !block.usesDots && block.body > 0) {
      edits.add(new Edit(block.body, 0, ARG));
    }
  }

  /**
   * The next word or sign, or empty for what does not matter: space, comments, strings, numbers.
   */
  private String token() {
    int c = source[at];
    if (isNameStart(c)) {
      int from = at;
      while (at < source.length && (isNameStart(source[at]) || isDigit(source[at]))) {
        at++;
      }
      return new String(source, from, at - from, StandardCharsets.ISO_8859_1);
    }
    if (isDigit(c)) {
      while (at < source.length
          && (isNameStart(source[at]) || isDigit(source[at]) || source[at] == '.')) {
        at++;
      }
      return "0";
    }
    if (c == '-' && looking("--")) {
      at += 2;
      if (at < source.length && source[at] == '[' && longBracket()) {
        return "";
      }
      while (at < source.length && source[at] != '\n') {
        at++;
      }
      return "";
    }
    if (c == '[' && longBracket()) {
      return "''";
    }
    if (c == '"' || c == '\'') {
      at++;
      while (at < source.length && source[at] != c && source[at] != '\n') {
        at += source[at] == '\\' ? 2 : 1;
      }
      at = Math.min(source.length, at + 1);
      return "''";
    }
    if (c == '.' && looking("...")) {
      at += 3;
      return "...";
    }
    if (c == '.' && looking("..")) {
      at += 2;
      return "..";
    }
    at++;
    return c <= ' ' ? "" : String.valueOf((char) (c & 0xff));
  }

  /** Goes past {@code [[…]]} or {@code [=[…]=]}; false when it is no such thing. */
  private boolean longBracket() {
    int level = at + 1;
    while (level < source.length && source[level] == '=') {
      level++;
    }
    if (level >= source.length || source[level] != '[') {
      return false;
    }
    int equals = level - at - 1;
    for (int i = level + 1; i < source.length; i++) {
      if (source[i] == ']') {
        int k = 0;
        while (i + 1 + k < source.length && source[i + 1 + k] == '=') {
          k++;
        }
        if (k == equals && i + 1 + k < source.length && source[i + 1 + k] == ']') {
          at = i + k + 2;
          return true;
        }
        i += k;
      }
    }
    at = source.length;
    return true;
  }

  private boolean looking(String sign) {
    for (int i = 0; i < sign.length(); i++) {
      if (at + i >= source.length || source[at + i] != sign.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameStart(int c) {
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private byte[] edited() {
    edits.sort(java.util.Comparator.comparingInt(Edit::at));
    ByteArrayOutputStream result = new ByteArrayOutputStream(source.length + 64);
    int from = 0;
    for (Edit edit : edits) {
      result.write(source, from, edit.at() - from);
      result.writeBytes(edit.inserted().getBytes(StandardCharsets.US_ASCII));
      from = edit.at() + edit.removed();
    }
    result.write(source, from, source.length - from);
    return result.toByteArray();
  }
}
