package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;

/**
 * Octets of the ASH protocol (UG101 rev 1.1 §3, §4): control octets, check sums, stuffing and the
 * pseudo-random sequence that keeps reserved octets rare in data. {@link AshDecoder} reads what
 * this writes.
 */
final class AshCodec {

  /** Ends a frame. */
  static final byte FLAG = 0x7E;

  /** The octet behind it has bit 5 turned over. */
  static final byte ESCAPE = 0x7D;

  static final byte XON = 0x11;
  static final byte XOFF = 0x13;

  /** Stands for an octet that was not received well: the frame is lost. */
  static final byte SUBSTITUTE = 0x18;

  /** What came before it since the last flag is void. */
  static final byte CANCEL = 0x1A;

  static final int STUFFED_BIT = 0x20;

  /** A sleeping co-processor sends it between frames when it wakes. */
  static final byte WAKE = (byte) 0xFF;

  // Control octets: 0fffraaa DATA, 100pnaaa ACK, 101pnaaa NAK, and three whole ones.
  static final int DATA_MASK = 0x80;
  static final int RETRANSMITTED = 0x08;
  static final int FRAME_NUMBER_SHIFT = 4;
  static final int NUMBER_MASK = 0x07;
  static final int SHORT_MASK = 0xE0;
  static final int ACK = 0x80;
  static final int NAK = 0xA0;
  static final int NOT_READY = 0x08;
  static final int RST = 0xC0;
  static final int RSTACK = 0xC1;
  static final int ERROR = 0xC2;

  /** The only version of the protocol. */
  static final int VERSION = 2;

  /** The longest EZSP frame: 218 octets, and one more each for frame control and frame id. */
  static final int MAX_DATA = 220;

  static final int CRC_LENGTH = 2;

  /** The longest frame before stuffing, without its flag. */
  static final int MAX_FRAME = 1 + MAX_DATA + CRC_LENGTH;

  /** The longest frame on the line: a cancel octet, every octet stuffed, and the flag. */
  static final int MAX_ENCODED = 1 + 2 * MAX_FRAME + 1;

  private static final int CRC_START = 0xFFFF;
  private static final int CRC_POLYNOMIAL = 0x1021;
  private static final int[] CRC = crcTable();

  private static final byte[] RANDOM = randomSequence();

  private AshCodec() {}

  /**
   * Appends a frame: control octet, data, check sum, flag.
   *
   * @param data as it goes on the line, so already randomised
   */
  static void encode(ByteBuffer out, int control, byte[] data, int length) {
    int crc = crcStep(CRC_START, control);
    stuff(out, control);
    for (int index = 0; index < length; index++) {
      int octet = data[index] & 0xFF;
      crc = crcStep(crc, octet);
      stuff(out, octet);
    }
    stuff(out, crc >>> 8);
    stuff(out, crc & 0xFF);
    out.put(FLAG);
  }

  /** CRC-CCITT with start value 0xFFFF, the first octet's most significant bit first. */
  static int crc(byte[] octets, int length) {
    int crc = CRC_START;
    for (int index = 0; index < length; index++) {
      crc = crcStep(crc, octets[index] & 0xFF);
    }
    return crc;
  }

  /** Mixes data with the pseudo-random sequence; twice gives the data back. */
  static void randomise(byte[] octets, int from, int length) {
    for (int index = 0; index < length; index++) {
      octets[from + index] ^= RANDOM[index];
    }
  }

  /** Whether this octet means something else than itself. */
  static boolean isReserved(int octet) {
    return octet == FLAG
        || octet == ESCAPE
        || octet == XON
        || octet == XOFF
        || octet == SUBSTITUTE
        || octet == CANCEL;
  }

  private static void stuff(ByteBuffer out, int octet) {
    if (isReserved(octet)) {
      out.put(ESCAPE).put((byte) (octet ^ STUFFED_BIT));
    } else {
      out.put((byte) octet);
    }
  }

  private static int crcStep(int crc, int octet) {
    return (crc << 8 & 0xFFFF) ^ CRC[crc >>> 8 ^ octet];
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int octet = 0; octet < table.length; octet++) {
      int crc = octet << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ CRC_POLYNOMIAL : crc << 1;
      }
      table[octet] = crc & 0xFFFF;
    }
    return table;
  }

  /** UG101 §4.3: a shift register that starts with 0x42 and feeds back 0xB8. */
  private static byte[] randomSequence() {
    byte[] sequence = new byte[MAX_DATA];
    int register = 0x42;
    for (int index = 0; index < sequence.length; index++) {
      sequence[index] = (byte) register;
      register = (register & 1) == 0 ? register >> 1 : register >> 1 ^ 0xB8;
    }
    return sequence;
  }
}
