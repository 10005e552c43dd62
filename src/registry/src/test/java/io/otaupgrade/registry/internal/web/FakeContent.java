package io.otaupgrade.registry.internal.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Content that a test makes up. */
record FakeContent(String text, EntityTag tag, Optional<Instant> lastModified) implements Content {

  @Override
  public long size() {
    return text.length();
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public void copy(ByteRange range, OutputStream out) throws IOException {
    out.write(
        text.substring((int) range.first(), (int) range.last() + 1)
            .getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {}
}
