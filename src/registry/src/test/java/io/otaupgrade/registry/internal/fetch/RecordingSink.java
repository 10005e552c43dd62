package io.otaupgrade.registry.internal.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Keeps what it is given, and says when there is something. */
final class RecordingSink implements WritableByteChannel {
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final CountDownLatch first = new CountDownLatch(1);

  @Override
  public synchronized int write(ByteBuffer from) {
    int length = from.remaining();
    while (from.hasRemaining()) {
      octets.write(from.get());
    }
    first.countDown();
    return length;
  }

  void awaitFirstOctets() throws InterruptedException {
    first.await();
  }

  synchronized byte[] octets() {
    return octets.toByteArray();
  }

  String text() {
    return new String(octets(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    throw new AssertionError("the sink is the caller's to close");
  }
}
