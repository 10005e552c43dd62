package io.otaupgrade.registry.internal.fetch;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A URL that may be fetched, in its one canonical spelling (RFC 3986 §6.2.2): what is checked is
 * what is sent. There is no user information and no fragment.
 *
 * @param host lower case, ASCII (RFC 5891); an IPv6 address in brackets
 * @param address present when the host is a literal address
 * @param port 1..65535
 * @param target path and query as they go into the request line; begins with a slash, without dot
 *     segments, ASCII only
 */
record ResourceUrl(
    Scheme scheme, String host, Optional<InetAddress> address, int port, String target) {

  /** The reserved host name that stands for the configured base URL. */
  static final String DIRECTOR = "director";

  /** Octets of the longest URL that is taken. */
  static final int MAXIMUM_LENGTH = 4096;

  private static final int MAXIMUM_PORT = 65_535;
  private static final int MAXIMUM_HOST_LENGTH = 253;
  private static final String CONTROLLER = "controller";
  private static final String CONTROLLER_HOST = "driver";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
  // Underscores are no part of a host name, but home networks have them.
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
  private static final Pattern NUMBER_LABEL = Pattern.compile("([0-9]+|0x[0-9a-f]*)");
  private static final Pattern DOTTED_DECIMAL =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:.]*");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** RFC 3986 §3.3 and §3.4: what stands in a path or query as it is. */
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** The two protocols. */
  enum Scheme {
    HTTP(80),
    HTTPS(443);

    private final int defaultPort;

    Scheme(int defaultPort) {
      this.defaultPort = defaultPort;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads an absolute URL. Spaces and other characters that a URL may not hold are percent-encoded,
   * since drivers' file names have them; {@code controller://driver/x} becomes {@code
   * http://director/driver/x}.
   *
   * @throws FetchFailure BAD_URL: another scheme, user information, a host that is no plain name or
   *     address, a backslash or control character, or too long
   */
  static ResourceUrl parse(String text) throws FetchFailure {
    checkCharacters(text);
    var scheme = SCHEME.matcher(text);
    if (!scheme.lookingAt() || !text.startsWith("//", scheme.end())) {
      throw FetchFailure.badUrl("not an absolute URL: " + printable(text));
    }
    String rest = text.substring(scheme.end() + 2);
    int authorityEnd = endOfAuthority(rest);
    String authority = rest.substring(0, authorityEnd);
    String path = rest.substring(authorityEnd);
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "http" -> of(Scheme.HTTP, authority, path);
      case "https" -> of(Scheme.HTTPS, authority, path);
      case CONTROLLER -> ofController(authority, path);
      default ->
          throw FetchFailure.badUrl(
              "scheme %s, not http, https or controller".formatted(printable(scheme.group(1))));
    };
  }

  private static ResourceUrl ofController(String authority, String path) throws FetchFailure {
    if (!authority.equals(CONTROLLER_HOST)) {
      throw FetchFailure.badUrl("controller://%s, not controller://driver".formatted(authority));
    }
    return of(Scheme.HTTP, DIRECTOR, "/" + CONTROLLER_HOST + path);
  }

  private static ResourceUrl of(Scheme scheme, String authority, String path) throws FetchFailure {
    if (authority.indexOf('@') >= 0) {
      throw FetchFailure.badUrl("user information in the URL");
    }
    // The colons of an IPv6 address are within brackets.
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    String hostText = colon < 0 ? authority : authority.substring(0, colon);
    int port = colon < 0 ? scheme.defaultPort : port(authority.substring(colon + 1));
    if (hostText.startsWith("[")) {
      InetAddress address = ipv6(hostText);
      return new ResourceUrl(
          scheme, literal(address), Optional.of(address), port, canonicalTarget(path));
    }
    String host = hostName(hostText);
    return new ResourceUrl(scheme, host, ipv4(host), port, canonicalTarget(path));
  }

  /**
   * The URL that a redirect from here leads to (RFC 3986 §5.2).
   *
   * @param reference absolute or relative, as a Location field has it
   */
  ResourceUrl resolve(String reference) throws FetchFailure {
    checkCharacters(reference);
    if (SCHEME.matcher(reference).lookingAt()) {
      return parse(reference);
    }
    if (reference.startsWith("//")) {
      return parse(scheme + ":" + reference);
    }
    String path = target.substring(0, endOfPath(target));
    if (reference.startsWith("/")) {
      return withTarget(reference);
    }
    if (reference.isEmpty() || reference.startsWith("#")) {
      return this;
    }
    if (reference.startsWith("?")) {
      return withTarget(path + reference);
    }
    return withTarget(path.substring(0, path.lastIndexOf('/') + 1) + reference);
  }

  private ResourceUrl withTarget(String text) throws FetchFailure {
    return new ResourceUrl(scheme, host, address, port, canonicalTarget(text));
  }

  /** The same resource below another URL, whose path is put before this one's. */
  ResourceUrl below(ResourceUrl base) throws FetchFailure {
    String prefix = base.target.endsWith("/") ? base.target : base.target + "/";
    return base.withTarget(prefix + target.substring(1));
  }

  boolean isDirector() {
    return host.equals(DIRECTOR);
  }

  /** The path without the query. */
  String path() {
    return target.substring(0, endOfPath(target));
  }

  /** Host and, unless it is the scheme's own, port: as the Host field has it. */
  String authority() {
    return port == scheme.defaultPort ? host : host + ":" + port;
  }

  boolean hasSameOrigin(ResourceUrl other) {
    return scheme == other.scheme && host.equals(other.host) && port == other.port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority() + target;
  }

  /** Text from outside, cut and without control characters: fit for a message. */
  static String printable(String text) {
    String cut = text.length() <= 200 ? text : text.substring(0, 200) + "…";
    return cut.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "?");
  }

  private static void checkCharacters(String text) throws FetchFailure {
    if (text.length() > MAXIMUM_LENGTH) {
      throw FetchFailure.badUrl(
          "a URL of %d characters, the limit is %d".formatted(text.length(), MAXIMUM_LENGTH));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Clients differ on whether a backslash is a slash, which is how checks are passed by.
      if (c < 0x20 || c == 0x7F || c == '\\') {
        throw FetchFailure.badUrl("character 0x%02x at %d in the URL".formatted((int) c, i));
      }
    }
  }

  private static int endOfAuthority(String text) {
    int i = 0;
    while (i < text.length() && "/?#".indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  private static int endOfPath(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target.length() : query;
  }

  private static int port(String text) throws FetchFailure {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (port < 1 || port > MAXIMUM_PORT) {
      throw FetchFailure.badUrl("port %s, not 1..65535".formatted(printable(text)));
    }
    return port;
  }

  private static String hostName(String text) throws FetchFailure {
    String ascii;
    try {
      // Maps look-alikes (full-width digits and dots) to what they look like, so do it first.
      ascii = IDN.toASCII(text).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw FetchFailure.badUrl("not a host name: " + printable(text));
    }
    String host = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    if (host.length() > MAXIMUM_HOST_LENGTH || !HOST_NAME.matcher(host).matches()) {
      throw FetchFailure.badUrl("not a host name: " + printable(text));
    }
    return host;
  }

  /**
   * Resolvers take {@code 127.1}, {@code 0x7f000001}, {@code 0177.0.0.1} and {@code 2130706433} for
   * an address. Nobody writes these but to get past a check: only four decimal numbers will do.
   */
  private static Optional<InetAddress> ipv4(String host) throws FetchFailure {
    String lastLabel = host.substring(host.lastIndexOf('.') + 1);
    if (!NUMBER_LABEL.matcher(lastLabel).matches()) {
      return Optional.empty();
    }
    if (!DOTTED_DECIMAL.matcher(host).matches()) {
      throw FetchFailure.badUrl("host %s, not four decimal numbers".formatted(printable(host)));
    }
    var octets = new byte[4];
    String[] numbers = host.split("\\.", -1);
    for (int i = 0; i < octets.length; i++) {
      int number = Integer.parseInt(numbers[i]);
      if (number > 0xFF) {
        throw FetchFailure.badUrl("host %s: %d is above 255".formatted(host, number));
      }
      octets[i] = (byte) number;
    }
    try {
      return Optional.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  private static InetAddress ipv6(String bracketed) throws FetchFailure {
    String text = bracketed.substring(1, Math.max(1, bracketed.length() - 1));
    String lower = text.toLowerCase(Locale.ROOT);
    // No zone: a link-local address is for the operator's network alone, and a zone names ours.
    if (!bracketed.endsWith("]") || !IPV6.matcher(lower).matches()) {
      throw FetchFailure.badUrl("not an IPv6 address: " + printable(bracketed));
    }
    try {
      // With a colon in it this never asks a name server. A mapped address comes out as IPv4.
      return InetAddress.getByName(lower);
    } catch (UnknownHostException e) {
      throw FetchFailure.badUrl("not an IPv6 address: " + printable(bracketed));
    }
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }

  /** Percent-encodes what must be, drops the fragment, removes dot segments. */
  private static String canonicalTarget(String text) throws FetchFailure {
    int fragment = text.indexOf('#');
    String encoded = encode(fragment < 0 ? text : text.substring(0, fragment));
    int query = endOfPath(encoded);
    String target = withoutDotSegments(encoded.substring(0, query)) + encoded.substring(query);
    if (target.length() > MAXIMUM_LENGTH) {
      throw FetchFailure.badUrl(
          "a target of %d octets, the limit is %d".formatted(target.length(), MAXIMUM_LENGTH));
    }
    return target;
  }

  private static String encode(String text) throws FetchFailure {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          throw FetchFailure.badUrl("%% without two hexadecimal digits at %d".formatted(i));
        }
        out.append(text.substring(i, i + 3).toUpperCase(Locale.ROOT));
        i += 3;
        continue;
      }
      if (c <= 0x7F && PLAIN.indexOf(c) >= 0) {
        out.append((char) c);
      } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw FetchFailure.badUrl("half a character at %d".formatted(i));
      } else {
        for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          HEX.toHexDigits(out.append('%'), octet);
        }
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static String withoutDotSegments(String path) {
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.split("/", -1);
    boolean folder = false;
    // What is before the first slash is nothing.
    for (int i = 1; i < segments.length; i++) {
      String plain = segments[i].replace("%2E", ".");
      folder = plain.equals(".") || plain.equals("..");
      if (!folder) {
        kept.addLast(segments[i]);
      } else if (plain.equals("..")) {
        kept.pollLast();
      }
    }
    String joined = "/" + String.join("/", kept);
    return folder && !kept.isEmpty() ? joined + "/" : joined;
  }
}
