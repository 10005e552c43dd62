package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.lua.Sandbox;
import io.otaupgrade.drivers.internal.xml.SafeXml;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * An XML document as tables: {@code Name}, {@code Attributes}, {@code ChildNodes} and {@code
 * Value}. All that it takes is charged to the script.
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

  XmlTree(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable parse(String document) throws NotXml {
    Tables tables = new Tables();
    try {
      // what some devices send in front of the declaration is none of it
      SafeXml.parse(new InputSource(new StringReader(document.stripLeading())), tables);
    } catch (SAXException | IOException wrong) {
      throw new NotXml(wrong.getMessage());
    }
    return tables.root.orElseThrow();
  }

  private static final class Element {
    final LuaTable table = new LuaTable();
    final LuaTable children = new LuaTable();
    final StringBuilder value = new StringBuilder();
    int count;
  }

  private final class Tables extends SafeXml.Handler {
    private final Deque<Element> open = new ArrayDeque<>();
    private Optional<LuaTable> root = Optional.empty();

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes)
        throws SAXException {
      if (open.size() == DEEPEST) {
        throw new SAXException("nested more than " + DEEPEST + " deep");
      }
      sandbox.spend(20);
      sandbox.charge(400);
      Element element = new Element();
      element.table.rawset("Name", sandbox.string(name));
      element.table.rawset("Attributes", table(attributes));
      element.table.rawset("ChildNodes", element.children);
      if (open.isEmpty()) {
        root = Optional.of(element.table);
      } else {
        Element parent = open.peek();
        parent.children.rawset(++parent.count, element.table);
      }
      open.push(element);
    }

    private LuaTable table(Attributes attributes) {
      LuaTable table = new LuaTable();
      for (int i = 0; i < attributes.getLength(); i++) {
        sandbox.spend(20);
        sandbox.charge(96);
        table.rawset(
            LuaValue.valueOf(attributes.getQName(i)), sandbox.string(attributes.getValue(i)));
      }
      return table;
    }

    @Override
    public void characters(char[] characters, int start, int length) {
      sandbox.spend(20);
      sandbox.charge(length);
      open.peek().value.append(characters, start, length);
    }

    @Override
    public void endElement(String uri, String localName, String name) {
      Element element = open.pop();
      element.table.rawset("Value", sandbox.string(element.value.toString()));
    }
  }
}
