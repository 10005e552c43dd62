package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.CodeTable;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node is (05-3474 rev 22 §2.3.2.3), without the flags for complex and user descriptors and
 * APS flags, which nobody sets.
 *
 * @param frequencyBand bits, 0 to 31; bit 3 is 2.4 GHz
 * @param manufacturerCode 0x0000 to 0xFFFF
 * @param maximumBufferSize octets of a network frame's payload, 0 to 0xFF
 * @param maximumIncomingTransferSize octets, 0 to 0xFFFF
 * @param serverMask bits, 0x0000 to 0xFFFF
 * @param maximumOutgoingTransferSize octets, 0 to 0xFFFF
 * @param descriptorCapability bits, 0x00 to 0xFF
 */
public record NodeDescriptor(
    LogicalType logicalType,
    int frequencyBand,
    MacCapability macCapability,
    int manufacturerCode,
    int maximumBufferSize,
    int maximumIncomingTransferSize,
    int serverMask,
    int maximumOutgoingTransferSize,
    int descriptorCapability) {

  /** The length on the air. */
  static final int OCTETS = 13;

  /** The {@link #frequencyBand} of nearly every device. */
  public static final int BAND_2400_MHZ = 1 << 3;

  public NodeDescriptor {
    Objects.requireNonNull(logicalType);
    Ranges.within("frequencyBand", frequencyBand, 0x1F);
    Objects.requireNonNull(macCapability);
    Ranges.u16("manufacturerCode", manufacturerCode);
    Ranges.u8("maximumBufferSize", maximumBufferSize);
    Ranges.u16("maximumIncomingTransferSize", maximumIncomingTransferSize);
    Ranges.u16("serverMask", serverMask);
    Ranges.u16("maximumOutgoingTransferSize", maximumOutgoingTransferSize);
    Ranges.u8("descriptorCapability", descriptorCapability);
  }

  /** What part a node plays in its network. */
  public enum LogicalType {
    COORDINATOR(0b000),
    ROUTER(0b001),
    END_DEVICE(0b010);

    private static final CodeTable<LogicalType> BY_CODE =
        new CodeTable<>(values(), LogicalType::code);

    private final int code;

    LogicalType(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Optional<LogicalType> of(int code) {
      return BY_CODE.of(code);
    }
  }
}
