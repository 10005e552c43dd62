package io.otaupgrade.simulator.internal.ncp.ezsp;

/** Figures of ASH, version 2 (Silicon Labs UG101 rev. 1.1). */
final class Ash {

  static final int VERSION = 2;

  // §4.2, reserved octets
  static final int FLAG = 0x7E;
  static final int ESCAPE = 0x7D;
  static final int XON = 0x11;
  static final int XOFF = 0x13;
  static final int SUBSTITUTE = 0x18;
  static final int CANCEL = 0x1A;

  /** What an octet behind {@link #ESCAPE} is changed by. */
  static final int FLIP = 0x20;

  // §2.1, control octets; DATA is what has bit 7 clear
  static final int DATA_MASK = 0x80;
  static final int ACK = 0x80;
  static final int NAK = 0xA0;
  static final int RST = 0xC0;
  static final int RSTACK = 0xC1;
  static final int ERROR = 0xC2;

  /** Of an ACK or NAK: the bits that tell it apart from other frames. */
  static final int ACK_NAK_MASK = 0xE0;

  /** Of an ACK or NAK: the sender has no room for callbacks. */
  static final int NOT_READY = 0x08;

  /** Of a DATA frame: sent before. */
  static final int RETRANSMITTED = 0x08;

  static final int FRAME_NUMBER_SHIFT = 4;
  static final int NUMBER_MASK = 0x07;

  // §6, why a co-processor was reset or failed
  static final int RESET_POWER_ON = 0x02;
  static final int RESET_WATCHDOG = 0x03;
  static final int RESET_SOFTWARE = 0x0B;
  static final int ERROR_ACK_TIMEOUTS = 0x51;

  /**
   * Octets of a DATA frame's data. UG101 says 128, from before EZSP 8; today's firmware and hosts
   * go up to 220.
   */
  static final int MINIMUM_DATA = 3;

  static final int MAXIMUM_DATA = 220;
  static final int CRC_OCTETS = 2;

  /** A frame without its flag, not yet stuffed. */
  static final int MAXIMUM_FRAME = 1 + MAXIMUM_DATA + CRC_OCTETS;

  /** A frame on the line, if every octet of it needed an escape. */
  static final int MAXIMUM_ON_LINE = 2 * MAXIMUM_FRAME + 1;

  static final int CRC_START = 0xFFFF;
  private static final int CRC_POLYNOMIAL = 0x1021;
  private static final char[] CRC = crcTable();

  private static final int RANDOM_SEED = 0x42;
  private static final int RANDOM_POLYNOMIAL = 0xB8;
  private static final byte[] RANDOM = randomOctets();

  private Ash() {}

  /** CRC-CCITT, most significant bit first. */
  static int crc(int crc, int octet) {
    return (crc << 8 ^ CRC[(crc >> 8 ^ octet) & 0xFF]) & 0xFFFF;
  }

  /** Adds the pseudo-random sequence to a DATA frame's data, or takes it away (§4.3). */
  static void randomize(byte[] octets, int from, int length) {
    for (int i = 0; i < length; i++) {
      octets[from + i] ^= RANDOM[i];
    }
  }

  /** What {@link #randomize} does to the octet with this index. */
  static int randomized(int octet, int index) {
    return (octet ^ RANDOM[index]) & 0xFF;
  }

  static boolean isReserved(int octet) {
    return switch (octet) {
      case FLAG, ESCAPE, XON, XOFF, SUBSTITUTE, CANCEL -> true;
      default -> false;
    };
  }

  private static char[] crcTable() {
    char[] table = new char[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ CRC_POLYNOMIAL;
      }
      table[i] = (char) crc;
    }
    return table;
  }

  private static byte[] randomOctets() {
    byte[] octets = new byte[MAXIMUM_DATA];
    int register = RANDOM_SEED;
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) register;
      register = (register & 1) == 0 ? register >> 1 : register >> 1 ^ RANDOM_POLYNOMIAL;
    }
    return octets;
  }
}
