package io.otaupgrade.drivers.internal.pack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.DefaultHandler2;
import org.xml.sax.ext.Locator2;

/**
 * Parses XML that may be hostile: without document types there are no entities, and nothing outside
 * of it is ever opened. The parser is the platform's own, whatever else a host has installed.
 */
final class XmlParser {

  private static final int MOST_ELEMENTS = 50_000;
  private static final int DEEPEST = 64;
  private static final String FEATURES = "http://apache.org/xml/features/";
  private static final String SAX_FEATURES = "http://xml.org/sax/features/";

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
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setNamespaceAware(false);
      factory.setValidating(false);
      factory.setXIncludeAware(false);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature(FEATURES + "disallow-doctype-decl", true);
      factory.setFeature(FEATURES + "nonvalidating/load-external-dtd", false);
      factory.setFeature(SAX_FEATURES + "external-general-entities", false);
      factory.setFeature(SAX_FEATURES + "external-parameter-entities", false);
      SAXParser parser = factory.newSAXParser();
      parser.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      parser.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      parser.parse(new InputSource(new ByteArrayInputStream(octets)), handler);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the platform's XML parser can be hardened", e);
    }
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

  private static final class Handler extends DefaultHandler2 {

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

    @Override
    public InputSource resolveEntity(String name, String publicId, String baseUri, String systemId)
        throws SAXException {
      throw wrong("refers to " + systemId);
    }

    @Override
    public void warning(SAXParseException e) {
      // nothing that a package could be refused for
    }

    @Override
    public void error(SAXParseException e) {
      // of validity, which nobody asks for
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }

    private SAXParseException wrong(String message) {
      return new SAXParseException(message, locator);
    }
  }
}
