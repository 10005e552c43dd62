package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Matches a pattern of Lua 5.1 against a string. Every step is charged as an instruction, so that a
 * pattern that tries for ever is stopped as a loop is.
 */
final class PatternMatch {
  private static final int MOST_CAPTURES = 32;
  private static final int DEEPEST = 200;
  private static final int UNFINISHED = -1;
  private static final int POSITION = -2;

  private final Sandbox sandbox;
  private final byte[] s;
  private final int start;
  private final int end;
  private final byte[] p;
  private final int patternEnd;
  private final int[] captureStart = new int[MOST_CAPTURES];
  private final int[] captureLength = new int[MOST_CAPTURES];
  private int level;
  private int depth;

  PatternMatch(Sandbox sandbox, LuaString subject, LuaString pattern) {
    this.sandbox = sandbox;
    s = subject.m_bytes;
    start = subject.m_offset;
    end = subject.m_offset + subject.m_length;
    p = pattern.m_bytes;
    patternEnd = pattern.m_offset + pattern.m_length;
  }

  /**
   * Matches at one place.
   *
   * @param at offset in the subject
   * @param pattern where in the pattern's octets to begin
   * @return the offset after the match; -1 for none
   */
  int at(int at, int pattern) {
    level = 0;
    depth = 0;
    int after = match(start + at, pattern);
    return after < 0 ? -1 : after - start;
  }

  /** The captures of the last match, or all of it when there are none and it is wanted. */
  Varargs captures(int from, int to, boolean wholeIfNone) {
    int count = level == 0 && wholeIfNone ? 1 : level;
    if (count == 1) {
      return capture(0, from, to);
    }
    LuaValue[] values = new LuaValue[count];
    for (int i = 0; i < count; i++) {
      values[i] = capture(i, from, to);
    }
    return LuaValue.varargsOf(values);
  }

  /** All that was matched. */
  LuaString whole(int from, int to) {
    return substring(start + from, to - from);
  }

  /** One capture; the first is all of the match when the pattern has none. */
  LuaValue capture(int i, int from, int to) {
    if (i >= level) {
      if (i != 0) {
        throw new LuaError("invalid capture index");
      }
      return substring(start + from, to - from);
    }
    if (captureLength[i] == POSITION) {
      return LuaValue.valueOf(captureStart[i] - start + 1);
    }
    if (captureLength[i] == UNFINISHED) {
      throw new LuaError("unfinished capture");
    }
    return substring(captureStart[i], captureLength[i]);
  }

  private LuaString substring(int from, int length) {
    sandbox.charge(length + 48L);
    return LuaString.valueOf(s, from, length);
  }

  private int match(int from, int pattern) {
    if (++depth > DEEPEST) {
      throw new LuaError("pattern too complex");
    }
    try {
      int at = from;
      int q = pattern;
      while (q < patternEnd) {
        sandbox.spend(1);
        int c = p[q];
        if (c == '(') {
          return q + 1 < patternEnd && p[q + 1] == ')'
              ? open(at, q + 2, POSITION)
              : open(at, q + 1, UNFINISHED);
        } else if (c == ')') {
          return close(at, q + 1);
        } else if (c == '$' && q + 1 == patternEnd) {
          return at == end ? at : -1;
        } else if (c == '%' && q + 1 < patternEnd && p[q + 1] == 'b') {
          at = balanced(at, q + 2);
          q += 4;
          if (at < 0) {
            return -1;
          }
        } else if (c == '%' && q + 1 < patternEnd && p[q + 1] == 'f') {
          int set = q + 2;
          if (set >= patternEnd || p[set] != '[') {
            throw new LuaError("missing '[' after a frontier in pattern");
          }
          q = classEnd(set);
          int before = at == start ? 0 : s[at - 1] & 0xff;
          int here = at == end ? 0 : s[at] & 0xff;
          if (inSet(before, set, q - 1) || !inSet(here, set, q - 1)) {
            return -1;
          }
        } else if (c == '%' && q + 1 < patternEnd && p[q + 1] >= '0' && p[q + 1] <= '9') {
          at = back(at, p[q + 1]);
          q += 2;
          if (at < 0) {
            return -1;
          }
        } else {
          int next = classEnd(q);
          int suffix = next < patternEnd ? p[next] : 0;
          if (suffix == '?') {
            if (single(at, q, next)) {
              int after = match(at + 1, next + 1);
              if (after >= 0) {
                return after;
              }
            }
            q = next + 1;
          } else if (suffix == '*') {
            return most(at, q, next, 0);
          } else if (suffix == '+') {
            return most(at, q, next, 1);
          } else if (suffix == '-') {
            return least(at, q, next);
          } else if (single(at, q, next)) {
            at++;
            q = next;
          } else {
            return -1;
          }
        }
      }
      return at;
    } finally {
      depth--;
    }
  }

  private int most(int at, int q, int next, int fewest) {
    int count = 0;
    while (single(at + count, q, next)) {
      count++;
    }
    while (count >= fewest) {
      int after = match(at + count, next + 1);
      if (after >= 0) {
        return after;
      }
      count--;
    }
    return -1;
  }

  private int least(int from, int q, int next) {
    int at = from;
    while (true) {
      int after = match(at, next + 1);
      if (after >= 0) {
        return after;
      }
      if (!single(at, q, next)) {
        return -1;
      }
      at++;
    }
  }

  private int open(int at, int q, int what) {
    if (level >= MOST_CAPTURES) {
      throw new LuaError("too many captures");
    }
    captureStart[level] = at;
    captureLength[level] = what;
    level++;
    int after = match(at, q);
    if (after < 0) {
      level--;
    }
    return after;
  }

  private int close(int at, int q) {
    int i = level - 1;
    while (i >= 0 && captureLength[i] != UNFINISHED) {
      i--;
    }
    if (i < 0) {
      throw new LuaError("invalid pattern capture");
    }
    captureLength[i] = at - captureStart[i];
    int after = match(at, q);
    if (after < 0) {
      captureLength[i] = UNFINISHED;
    }
    return after;
  }

  private int balanced(int at, int q) {
    if (q + 1 >= patternEnd) {
      throw new LuaError("unbalanced pattern");
    }
    if (at >= end || s[at] != p[q]) {
      return -1;
    }
    int nested = 1;
    for (int i = at + 1; i < end; i++) {
      sandbox.spend(1);
      if (s[i] == p[q + 1]) {
        if (--nested == 0) {
          return i + 1;
        }
      } else if (s[i] == p[q]) {
        nested++;
      }
    }
    return -1;
  }

  private int back(int at, int digit) {
    int i = digit - '1';
    if (i < 0 || i >= level || captureLength[i] == UNFINISHED) {
      throw new LuaError("invalid capture index");
    }
    int length = Math.max(0, captureLength[i]);
    if (end - at < length) {
      return -1;
    }
    sandbox.spend(length / 8);
    for (int k = 0; k < length; k++) {
      if (s[captureStart[i] + k] != s[at + k]) {
        return -1;
      }
    }
    return at + length;
  }

  private boolean single(int at, int q, int next) {
    sandbox.spend(1);
    if (at >= end) {
      return false;
    }
    int c = s[at] & 0xff;
    return switch (p[q]) {
      case '.' -> true;
      case '%' -> inClass(c, p[q + 1] & 0xff);
      case '[' -> inSet(c, q, next - 1);
      default -> (p[q] & 0xff) == c;
    };
  }

  private int classEnd(int from) {
    int q = from;
    int c = p[q++];
    if (c == '%') {
      if (q >= patternEnd) {
        throw new LuaError("malformed pattern (ends with '%')");
      }
      return q + 1;
    }
    if (c == '[') {
      if (q < patternEnd && p[q] == '^') {
        q++;
      }
      do {
        if (q >= patternEnd) {
          throw new LuaError("malformed pattern (missing ']')");
        }
        if (p[q++] == '%' && q < patternEnd) {
          q++;
        }
      } while (q >= patternEnd || p[q] != ']');
      return q + 1;
    }
    return q;
  }

  /** Whether a set holds an octet; from its bracket to the one that ends it. */
  private boolean inSet(int c, int from, int last) {
    boolean holds = true;
    int q = from + 1;
    if (p[q] == '^') {
      holds = false;
      q++;
    }
    boolean first = true;
    while (q < last || (first && q <= last)) {
      sandbox.spend(1);
      first = false;
      if (p[q] == '%' && q + 1 <= last) {
        if (inClass(c, p[q + 1] & 0xff)) {
          return holds;
        }
        q += 2;
      } else if (q + 2 < last && p[q + 1] == '-') {
        if ((p[q] & 0xff) <= c && c <= (p[q + 2] & 0xff)) {
          return holds;
        }
        q += 3;
      } else {
        if ((p[q] & 0xff) == c) {
          return holds;
        }
        q++;
      }
    }
    return !holds;
  }

  private static boolean inClass(int c, int letter) {
    if (!isLetter(letter)) {
      return c == letter;
    }
    boolean is =
        switch (letter | 0x20) {
          case 'a' -> isLetter(c);
          case 'c' -> c < 32 || c == 127;
          case 'd' -> isDigit(c);
          case 'l' -> c >= 'a' && c <= 'z';
          case 'p' -> c > 32 && c < 127 && !isLetter(c) && !isDigit(c);
          case 's' -> c == ' ' || (c >= 9 && c <= 13);
          case 'u' -> c >= 'A' && c <= 'Z';
          case 'w' -> isLetter(c) || isDigit(c);
          case 'x' -> isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
          case 'z' -> c == 0;
          default -> letter < 'a' ? c != letter : c == letter;
        };
    return letter < 'a' ? !is : is;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(int c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }
}
