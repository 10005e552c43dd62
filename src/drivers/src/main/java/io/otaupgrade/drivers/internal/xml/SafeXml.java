package io.otaupgrade.drivers.internal.xml;

import java.io.IOException;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.DefaultHandler2;

/**
 * Parses XML that may be hostile: without document types there are no entities, and nothing outside
 * of it is ever opened. The parser is the platform's own, whatever else a host has installed.
 */
public final class SafeXml {

  private static final String FEATURES = "http://apache.org/xml/features/";
  private static final String SAX_FEATURES = "http://xml.org/sax/features/";

  private SafeXml() {}

  /** Hears what is in a document; how much of that it bears is its own affair. */
  public abstract static class Handler extends DefaultHandler2 {

    @Override
    public final InputSource resolveEntity(
        String name, String publicId, String baseUri, String systemId) throws SAXException {
      throw new SAXException("refers to " + systemId);
    }

    @Override
    public final void warning(SAXParseException e) {
      // nothing that a document could be refused for
    }

    @Override
    public final void error(SAXParseException e) {
      // of validity, which nobody asks for
    }

    @Override
    public final void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }

  /**
   * Parses a document.
   *
   * @throws SAXParseException for what is wrong, with its line
   * @throws IOException if its octets are no text
   */
  public static void parse(InputSource document, Handler handler) throws SAXException, IOException {
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
      parser.parse(document, handler);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the platform's XML parser can be hardened", e);
    }
  }
}
