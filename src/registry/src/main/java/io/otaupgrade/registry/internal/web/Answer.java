package io.otaupgrade.registry.internal.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A response, decided but not sent: what RFC 9110 demands for a GET or HEAD of a representation.
 *
 * @param headers without Content-Length
 * @param body its pieces, in order; none for an answer without a body
 */
record Answer(int status, Map<String, String> headers, List<Piece> body) {

  static final int OK = 200;
  static final int PARTIAL_CONTENT = 206;
  static final int NOT_MODIFIED = 304;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int PRECONDITION_FAILED = 412;
  static final int RANGE_NOT_SATISFIABLE = 416;

  private static final String CONTENT_TYPE = "Content-Type";
  private static final String CONTENT_RANGE = "Content-Range";

  /** A piece of a body. */
  sealed interface Piece {
    long length();

    void write(Content content, OutputStream out) throws IOException;
  }

  /** Octets of the representation. */
  record Octets(ByteRange range) implements Piece {
    @Override
    public long length() {
      return range.length();
    }

    @Override
    public void write(Content content, OutputStream out) throws IOException {
      content.copy(range, out);
    }
  }

  /** Text between them; ASCII. */
  record Text(String text) implements Piece {
    @Override
    public long length() {
      return text.length();
    }

    @Override
    public void write(Content content, OutputStream out) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  Answer {
    headers = Map.copyOf(headers);
    body = List.copyOf(body);
  }

  static boolean isAllowed(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  static Answer methodNotAllowed() {
    return new Answer(METHOD_NOT_ALLOWED, Map.of("Allow", "GET, HEAD"), List.of());
  }

  static Answer notFound() {
    return new Answer(NOT_FOUND, Map.of(), List.of());
  }

  /**
   * The answer to a GET or HEAD request for what is there.
   *
   * @param boundaries gives strings that do not occur in any content
   */
  static Answer of(RequestHead request, Content content, Supplier<String> boundaries) {
    Map<String, String> headers = validators(content);
    switch (Conditions.judge(request, content)) {
      case FAILED -> {
        return new Answer(PRECONDITION_FAILED, headers, List.of());
      }
      case NOT_MODIFIED -> {
        return new Answer(NOT_MODIFIED, headers, List.of());
      }
      case PROCEED -> headers.put("Accept-Ranges", "bytes");
    }
    RangeHeader range = range(request, content);
    if (range instanceof RangeHeader.Unsatisfiable) {
      headers.put(CONTENT_RANGE, "bytes */" + content.size());
      return new Answer(RANGE_NOT_SATISFIABLE, headers, List.of());
    }
    if (range instanceof RangeHeader.Satisfiable some) {
      return some.ranges().size() == 1
          ? part(content, headers, some.ranges().get(0))
          : parts(content, headers, some.ranges(), boundaries.get());
    }
    headers.put(CONTENT_TYPE, content.contentType());
    return new Answer(
        OK,
        headers,
        content.size() == 0
            ? List.of()
            : List.of(new Octets(new ByteRange(0, content.size() - 1))));
  }

  private static Map<String, String> validators(Content content) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", content.tag().toString());
    content.lastModified().ifPresent(at -> headers.put("Last-Modified", HttpDates.format(at)));
    // A stored name may come to mean other octets one day: ask again, it costs a 304.
    headers.put("Cache-Control", "no-cache");
    return headers;
  }

  private static RangeHeader range(RequestHead request, Content content) {
    // RFC 9110 §14.2: Range has a meaning for GET alone.
    if (!request.method().equals("GET") || !Conditions.rangeCounts(request, content)) {
      return new RangeHeader.Ignored();
    }
    return request
        .only("Range")
        .map(value -> RangeHeader.parse(value, content.size()))
        .orElseGet(RangeHeader.Ignored::new);
  }

  private static Answer part(Content content, Map<String, String> headers, ByteRange range) {
    headers.put(CONTENT_TYPE, content.contentType());
    headers.put(CONTENT_RANGE, range.contentRange(content.size()));
    return new Answer(PARTIAL_CONTENT, headers, List.of(new Octets(range)));
  }

  /** RFC 9110 §14.6. */
  private static Answer parts(
      Content content, Map<String, String> headers, List<ByteRange> ranges, String boundary) {
    headers.put(CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
    List<Piece> pieces = new ArrayList<>();
    String delimiter = "--" + boundary;
    for (ByteRange range : ranges) {
      pieces.add(
          new Text(
              "%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
                  .formatted(
                      delimiter, content.contentType(), range.contentRange(content.size()))));
      pieces.add(new Octets(range));
      delimiter = "\r\n--" + boundary;
    }
    pieces.add(new Text(delimiter + "--\r\n"));
    return new Answer(PARTIAL_CONTENT, headers, pieces);
  }

  /** Octets of the body, for the Content-Length field. */
  long length() {
    return body.stream().mapToLong(Piece::length).sum();
  }

  /** Sends the body. */
  void writeBody(Content content, OutputStream out) throws IOException {
    for (Piece piece : body) {
      piece.write(content, out);
    }
  }
}
