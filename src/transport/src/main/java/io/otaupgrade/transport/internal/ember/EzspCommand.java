package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;

/** A command to the co-processor and what follows from its response. Used on the loop only. */
interface EzspCommand {

  int frameId();

  /** Writes the parameters; the buffer is little-endian and has the header already. */
  void encode(ByteBuffer out);

  /**
   * The response came.
   *
   * @param response its parameters, little-endian, valid during the call
   * @throws EzspFormatException if it is too short
   */
  void answered(ByteBuffer response) throws EzspFormatException;

  /**
   * The co-processor does not know the command, or not with these parameters.
   *
   * @param reason for an operator
   */
  void notUnderstood(String reason);
}
