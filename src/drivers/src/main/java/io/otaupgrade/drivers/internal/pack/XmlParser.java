package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.drivers.internal.xml.SafeXml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.Locator2;

/** Reads {@code driver.xml} as a tree, within bounds. */
final class XmlParser {

  private static final int MOST_ELEMENTS = 50_000;
  private static final int DEEPEST = 64;

  private XmlParser() {}

  /**
   * A document.
   *
   * @param text it as text, without a byte order mark
   */
  record Document(XmlElement root, String text) {}

  /**
   * Parses a document.
   *
   * @throws SAXParseException for what is wrong, with its line
   * @throws IOException if its octets are no text
   */
  static Document parse(byte[] octets) throws SAXException, IOException {
    Handler handler = new Handler();
    SafeXml.parse(new InputSource(new ByteArrayInputStream(octets)), handler);
    return new Document(handler.root.orElseThrow(), text(octets, handler.encoding));
  }

  private static String text(byte[] octets, Optional<String> encoding) {
    Charset charset = StandardCharsets.UTF_8;
    try {
      charset = encoding.map(Charset::forName).orElse(charset);
    } catch (IllegalArgumentException unknownHere) {
      // it could be parsed, so it is close enough
    }
    String text = new String(octets, charset);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static final class Handler extends SafeXml.Handler {

    private final Deque<XmlElement> open = new ArrayDeque<>();
    private final Deque<StringBuilder> texts = new ArrayDeque<>();
    private Optional<XmlElement> root = Optional.empty();
    private Optional<String> encoding = Optional.empty();
    private Locator locator;
    private int elements;

    @Override
    public void setDocumentLocator(Locator where) {
      locator = where;
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes)
        throws SAXException {
      if (++elements > MOST_ELEMENTS) {
        throw wrong("has more than " + MOST_ELEMENTS + " elements");
      }
      if (open.size() == DEEPEST) {
        throw wrong("has elements more than " + DEEPEST + " deep");
      }
      if (open.isEmpty() && locator instanceof Locator2 more) {
        encoding = Optional.ofNullable(more.getEncoding());
      }
      XmlElement element = new XmlElement(name, locator.getLineNumber());
      for (int i = 0; i < attributes.getLength(); i++) {
        element.attribute(attributes.getQName(i), attributes.getValue(i));
      }
      if (open.isEmpty()) {
        root = Optional.of(element);
      } else {
        open.peek().child(element);
      }
      open.push(element);
      texts.push(new StringBuilder());
    }

    @Override
    public void characters(char[] characters, int start, int length) {
      texts.peek().append(characters, start, length);
    }

    @Override
    public void endElement(String uri, String localName, String name) {
      open.pop().text(texts.pop().toString().strip());
    }

    private SAXParseException wrong(String message) {
      return new SAXParseException(message, locator);
    }
  }
}
