package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.lua.Sandbox;
import java.util.ArrayDeque;
import java.util.Deque;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * An XML document as tables: {@code Name}, {@code Attributes}, {@code ChildNodes} and {@code
 * Value}. Knows elements, attributes, text, CDATA, comments and the five entities; whatever else a
 * document type could declare is refused, so nothing is expanded or fetched.
 */
final class XmlTree {
  private static final int DEEPEST = 100;

  /** It is no document of that kind. */
  static final class NotXml extends Exception {
    private static final long serialVersionUID = 1L;

    NotXml(String message) {
      super(message, null, false, false);
    }
  }

  private final Sandbox sandbox;
  private String text = "";
  private int at;

  XmlTree(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  private static final class Element {
    final String name;
    final LuaTable table = new LuaTable();
    final LuaTable children = new LuaTable();
    final StringBuilder value = new StringBuilder();
    int count;

    Element(String name) {
      this.name = name;
    }
  }

  LuaTable parse(String document) throws NotXml {
    text = document;
    Deque<Element> open = new ArrayDeque<>();
    Element root = null;
    while (at < text.length()) {
      sandbox.spend(20);
      if (text.charAt(at) != '<') {
        int end = text.indexOf('<', at);
        String piece = text.substring(at, end < 0 ? text.length() : end);
        if (!open.isEmpty()) {
          open.peek().value.append(plain(piece));
        } else if (!piece.isBlank()) {
          throw new NotXml("text outside of the element");
        }
        at += piece.length();
      } else if (skip("<!--", "-->") || skip("<?", "?>")) {
        sandbox.spend(5);
      } else if (text.startsWith("<![CDATA[", at)) {
        int end = text.indexOf("]]>", at);
        if (end < 0 || open.isEmpty()) {
          throw new NotXml("CDATA without an end");
        }
        open.peek().value.append(text, at + 9, end);
        at = end + 3;
      } else if (text.startsWith("<!", at)) {
        throw new NotXml("a document type is not read");
      } else if (text.startsWith("</", at)) {
        int end = text.indexOf('>', at);
        if (end < 0
            || open.isEmpty()
            || !text.substring(at + 2, end).strip().equals(open.peek().name)) {
          throw new NotXml("an end without its beginning");
        }
        at = end + 1;
        close(open.pop());
      } else {
        Element element = begin();
        boolean empty = text.charAt(at) == '/';
        at += empty ? 2 : 1;
        if (open.isEmpty()) {
          if (root != null) {
            throw new NotXml("more than one element");
          }
          root = element;
        } else {
          Element parent = open.peek();
          parent.children.rawset(++parent.count, element.table);
        }
        if (empty) {
          close(element);
        } else {
          open.push(element);
          if (open.size() > DEEPEST) {
            throw new NotXml("nested more than " + DEEPEST + " deep");
          }
        }
      }
    }
    if (root == null || !open.isEmpty()) {
      throw new NotXml("ends too early");
    }
    return root.table;
  }

  private void close(Element element) {
    sandbox.charge(400 + element.value.length());
    element.table.rawset("Name", sandbox.string(element.name));
    element.table.rawset("ChildNodes", element.children);
    element.table.rawset("Value", sandbox.string(element.value.toString()));
    if (element.table.rawget("Attributes").isnil()) {
      element.table.rawset("Attributes", new LuaTable());
    }
  }

  /** Reads a start tag up to {@code >} or {@code />}. */
  private Element begin() throws NotXml {
    at++;
    Element element = new Element(name());
    LuaTable attributes = new LuaTable();
    while (true) {
      space();
      if (at >= text.length()) {
        throw new NotXml("a tag without an end");
      }
      if (text.charAt(at) == '>' || text.startsWith("/>", at)) {
        element.table.rawset("Attributes", attributes);
        return element;
      }
      String name = name();
      space();
      if (at >= text.length() || text.charAt(at) != '=') {
        throw new NotXml("an attribute without a value");
      }
      at++;
      space();
      char quote = at < text.length() ? text.charAt(at) : 0;
      int end = quote == '"' || quote == '\'' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw new NotXml("an attribute without a value");
      }
      sandbox.spend(20);
      sandbox.charge(96);
      attributes.rawset(LuaValue.valueOf(name), sandbox.string(plain(text.substring(at + 1, end))));
      at = end + 1;
    }
  }

  private String name() throws NotXml {
    int from = at;
    while (at < text.length() && isName(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw new NotXml("a name expected");
    }
    return text.substring(from, at);
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == ':';
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean skip(String from, String to) throws NotXml {
    if (!text.startsWith(from, at)) {
      return false;
    }
    int end = text.indexOf(to, at + from.length());
    if (end < 0) {
      throw new NotXml(from + " without an end");
    }
    at = end + to.length();
    return true;
  }

  private static String plain(String raw) throws NotXml {
    if (raw.indexOf('&') < 0) {
      return raw;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '&') {
        plain.append(c);
        continue;
      }
      int end = raw.indexOf(';', i);
      if (end < 0 || end - i > 12) {
        throw new NotXml("an entity without an end");
      }
      plain.append(entity(raw.substring(i + 1, end)));
      i = end;
    }
    return plain.toString();
  }

  private static String entity(String name) throws NotXml {
    return switch (name) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "amp" -> "&";
      case "quot" -> "\"";
      case "apos" -> "'";
      default -> character(name);
    };
  }

  private static String character(String name) throws NotXml {
    try {
      if (name.startsWith("#x")) {
        return Character.toString(Integer.parseInt(name, 2, name.length(), 16));
      }
      if (name.startsWith("#")) {
        return Character.toString(Integer.parseInt(name, 1, name.length(), 10));
      }
    } catch (IllegalArgumentException wrong) {
      throw new NotXml("no character &" + name + ";");
    }
    throw new NotXml("the entity " + name + " is not known");
  }
}
