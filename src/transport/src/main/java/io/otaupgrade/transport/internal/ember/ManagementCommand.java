package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A command of which there is one now and then.
 *
 * @param parameters writes them
 * @param answer what follows from the response
 * @param refusal what follows when the command is not understood
 */
record ManagementCommand(
    int frameId, Consumer<ByteBuffer> parameters, Answer answer, Consumer<String> refusal)
    implements EzspCommand {

  /** What follows from a response. */
  @FunctionalInterface
  interface Answer {
    void take(ByteBuffer response) throws EzspFormatException;
  }

  @Override
  public void encode(ByteBuffer out) {
    parameters.accept(out);
  }

  @Override
  public void answered(ByteBuffer response) throws EzspFormatException {
    answer.take(response);
  }

  @Override
  public void notUnderstood(String reason) {
    refusal.accept(reason);
  }
}
