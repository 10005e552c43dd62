package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;

/**
 * A version of EZSP, and everything in which the versions differ for us (UG100, and the SDKs'
 * release notes). All else is the same from 13 to 19.
 *
 * <table>
 *   <caption>Differences</caption>
 *   <tr><th></th><th>13</th><th>14 to 19</th></tr>
 *   <tr><td>EmberZNet</td><td>7.4</td><td>8.0 to 9.1</td></tr>
 *   <tr><td>status of most commands</td><td>EmberStatus, one octet</td><td>sl_status_t, four</td></tr>
 *   <tr><td>status of configuration, policies, values and endpoints</td>
 *       <td>EzspStatus, one octet</td><td>sl_status_t, four</td></tr>
 *   <tr><td>status of messageSentHandler</td><td>behind the tag</td><td>first</td></tr>
 *   <tr><td>message tag</td><td>one octet</td><td>two</td></tr>
 *   <tr><td>sendBroadcast</td><td>destination first</td>
 *       <td>alias before it, network sequence behind it</td></tr>
 *   <tr><td>incomingMessageHandler</td><td>lqi, rssi, sender, two indices</td>
 *       <td>sender, its EUI-64, two indices, lqi, rssi, time stamp</td></tr>
 *   <tr><td>sender's EUI-64</td><td>incomingSenderEui64Handler, 0x0062, before the message</td>
 *       <td>in the message; 0x0062 is another callback from 17 on</td></tr>
 *   <tr><td>importTransientKey</td><td>flags at the end</td><td>none</td></tr>
 * </table>
 */
final class EzspVersion {

  static final int OLDEST = 13;
  static final int NEWEST = 19;

  private static final int FIRST_WITH_SL_STATUS = 14;

  private final int number;
  private final boolean unified;

  /**
   * @param number 13..19
   */
  EzspVersion(int number) {
    if (!isSupported(number)) {
      throw new IllegalArgumentException(
          "EZSP version must be " + OLDEST + ".." + NEWEST + ", was " + number);
    }
    this.number = number;
    unified = number >= FIRST_WITH_SL_STATUS;
  }

  static boolean isSupported(int number) {
    return number >= OLDEST && number <= NEWEST;
  }

  int number() {
    return number;
  }

  /** Octets of a status. */
  int statusLength() {
    return unified ? 4 : 1;
  }

  /** Reads a status as it is; {@link #status} tells what it means. */
  int readStatus(ByteBuffer in) {
    return unified ? in.getInt() : in.get() & 0xFF;
  }

  /** What a status of most commands means. */
  SlStatus status(int code) {
    return unified ? SlStatus.ofSl(code) : SlStatus.ofEmber(code);
  }

  /** A status for an operator: its name, or its code. */
  String describe(int code) {
    SlStatus status = status(code);
    return status == SlStatus.OTHER ? code(code) : status.name() + " (" + code(code) + ")";
  }

  /** A status's code for an operator. */
  String code(int code) {
    return (unified ? "status 0x%04X" : "status 0x%02X").formatted(code);
  }

  /** Octets of a message tag. */
  int tagLength() {
    return unified ? 2 : 1;
  }

  void putTag(ByteBuffer out, int tag) {
    if (unified) {
      out.putShort((short) tag);
    } else {
      out.put((byte) tag);
    }
  }

  int readTag(ByteBuffer in) {
    return unified ? in.getShort() & 0xFFFF : in.get() & 0xFF;
  }

  /** Whether messageSentHandler begins with its status, rather than having it behind the tag. */
  boolean sentStatusIsFirst() {
    return unified;
  }

  /** Whether sendBroadcast has an alias and a network sequence number. */
  boolean broadcastHasAlias() {
    return unified;
  }

  /** Whether incomingMessageHandler has the sender's EUI-64. */
  boolean messageHasSenderEui64() {
    return unified;
  }

  /** Whether importTransientKey has flags. */
  boolean transientKeyHasFlags() {
    return !unified;
  }

  @Override
  public String toString() {
    return "EZSP " + number;
  }
}
