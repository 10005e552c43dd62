package io.otaupgrade.transport.internal.ember;

/**
 * Statuses of EmberZNet that mean something to us, with their two codes: {@code sl_status_t} of
 * EZSP 14 and later (sl_status.h), and {@code EmberStatus} of EZSP 13 (error-def.h). Statuses that
 * only one of the two has share the other's nearest name.
 */
enum SlStatus {
  OK(0x0000, 0x00),
  FAIL(0x0001, 0x01),
  INVALID_STATE(0x0002, 0x70),
  BUSY(0x0004, 0xA1),
  NETWORK_UP(0x0015, 0x90),
  NETWORK_DOWN(0x0016, 0x91),
  NOT_JOINED(0x0017, 0x93),
  ALLOCATION_FAILED(0x0019, 0x18),
  NO_MORE_RESOURCE(0x001A),
  FULL(0x001C),
  INVALID_PARAMETER(0x0021, 0x02),
  TRANSMIT_BUSY(0x0034),
  MESSAGE_TOO_LONG(0x0038, 0x74),
  MAC_NO_ACK_RECEIVED(0x0040, 0x40),
  MAC_INDIRECT_TIMEOUT(0x0041, 0x42),
  MAC_TRANSMIT_QUEUE_FULL(0x0053, 0x39),
  ZIGBEE_DELIVERY_FAILED(0x0C02, 0x66),
  ZIGBEE_MAX_MESSAGE_LIMIT_REACHED(0x0C03, 0x72),
  ZIGBEE_MOVE_FAILED(0x0C06, 0x96),
  ZIGBEE_NODE_ID_CHANGED(0x0C07, 0x99),
  ZIGBEE_SOURCE_ROUTE_FAILURE(0x0C13, 0xA9),
  ZIGBEE_MANY_TO_ONE_ROUTE_FAILURE(0x0C14, 0xAA),
  ZIGBEE_PAN_ID_CHANGED(0x0C16, 0x9A),
  ZIGBEE_CHANNEL_CHANGED(0x0C17, 0x9B),
  ZIGBEE_NETWORK_OPENED(0x0C18, 0x9C),
  ZIGBEE_NETWORK_CLOSED(0x0C19, 0x9D),
  ZIGBEE_NO_APS_ACK(0x0C20),
  ZIGBEE_SEND_UNICAST_ROUTE_DISCOVERY_UNDERWAY(0x0C24),
  ZIGBEE_SEND_UNICAST_FAILURE(0x0C25),
  ZIGBEE_SEND_UNICAST_NO_ROUTE(0x0C26),
  /** Any other. */
  OTHER(-1);

  private static final int NONE = -1;

  private final int slCode;
  private final int emberCode;

  SlStatus(int slCode, int emberCode) {
    this.slCode = slCode;
    this.emberCode = emberCode;
  }

  SlStatus(int slCode) {
    this(slCode, NONE);
  }

  /** Of a {@code sl_status_t}; total. */
  static SlStatus ofSl(int code) {
    for (SlStatus status : VALUES) {
      if (status.slCode == code && code != NONE) {
        return status;
      }
    }
    return OTHER;
  }

  /** Of an {@code EmberStatus}, 0..255; total. */
  static SlStatus ofEmber(int code) {
    for (SlStatus status : VALUES) {
      if (status.emberCode == code && code != NONE) {
        return status;
      }
    }
    return OTHER;
  }

  private static final SlStatus[] VALUES = values();
}
