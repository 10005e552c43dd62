package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Configuration values, policies and values: what the host sets after each reset. */
final class StackConfiguration {

  // EzspConfigId
  static final int NEIGHBOR_TABLE_SIZE = 0x02;
  static final int APS_UNICAST_MESSAGE_COUNT = 0x03;
  static final int BINDING_TABLE_SIZE = 0x04;
  static final int ADDRESS_TABLE_SIZE = 0x05;
  static final int MULTICAST_TABLE_SIZE = 0x06;
  static final int ROUTE_TABLE_SIZE = 0x07;
  static final int END_DEVICE_POLL_TIMEOUT = 0x13;
  static final int SOURCE_ROUTE_TABLE_SIZE = 0x1A;
  static final int KEY_TABLE_SIZE = 0x1E;
  static final int APPLICATION_ZDO_FLAGS = 0x2A;
  static final int BROADCAST_TABLE_SIZE = 0x2B;

  // bits of APPLICATION_ZDO_FLAGS
  static final int APP_RECEIVES_SUPPORTED_ZDO_REQUESTS = 1 << 0;
  static final int APP_HANDLES_UNSUPPORTED_ZDO_REQUESTS = 1 << 1;
  static final int APP_HANDLES_ZDO_ENDPOINT_REQUESTS = 1 << 2;

  // EzspPolicyId, and decisions
  static final int TRUST_CENTER_POLICY = 0x00;
  static final int ALLOW_JOINS = 1 << 0;
  static final int MESSAGE_CONTENTS_IN_CALLBACK_POLICY = 0x04;
  static final int MESSAGE_TAG_AND_CONTENTS = 0x41;

  // EzspValueId
  static final int UART_SYNCH_CALLBACKS = 0x04;
  static final int VERSION_INFO = 0x11;
  static final int NODE_SHORT_ID = 0x0B;
  static final int NWK_FRAME_COUNTER = 0x23;

  /**
   * Configuration values of a usual build, by EzspConfigId. One that is not here, nobody can set or
   * read.
   */
  private static final int[][] DEFAULTS = {
    {0x01, 0}, // packet buffer count, obsolete
    {NEIGHBOR_TABLE_SIZE, 16},
    {BINDING_TABLE_SIZE, 32},
    {ADDRESS_TABLE_SIZE, 32},
    {MULTICAST_TABLE_SIZE, 16},
    {ROUTE_TABLE_SIZE, 16},
    {0x08, 8}, // route discoveries
    {0x0C, 0}, // stack profile
    {0x0D, 5}, // security level
    {0x10, 30}, // hops
    {0x11, 32}, // end device children
    {0x12, 3000}, // indirect transmissions, ms
    {END_DEVICE_POLL_TIMEOUT, 6}, // 2^n minutes
    {0x17, 0}, // transmit power mode
    {0x18, 0}, // relays
    {0x19, 2}, // trust centre's address cache
    {SOURCE_ROUTE_TABLE_SIZE, 200},
    {0x1C, 1}, // fragments in a window
    {0x1D, 0}, // ms between fragments
    {KEY_TABLE_SIZE, StackMemory.KEY_TABLE_SIZE},
    {0x1F, 1600}, // APS acknowledgement, ms
    {0x20, 3}, // beacon jitter
    {0x22, 2}, // PAN id conflict reports
    {0x24, 0}, // minutes for key requests
    {0x29, 0}, // certificates
    {APPLICATION_ZDO_FLAGS, 0},
    {BROADCAST_TABLE_SIZE, 15},
    {0x2C, 0}, // MAC filters
    {0x2D, 1}, // networks
    {0x2E, 0}, // multicasts to sleepy ones
    {0x2F, 0}, // ZLL groups
    {0x30, 0x80}, // ZLL RSSI threshold
    {0x33, 1}, // many-to-one flow control
    {0x34, 8}, // retry queue
    {0x35, 8}, // new broadcast entries
    {0x36, 300}, // seconds of transient keys
    {0x37, 255}, // broadcast acknowledgements
    {0x38, 90}, // seconds of rejoins with the well-known key
    {0x39, 0}, // crystal
    {0x40, 0}, // concentrator type assumed
    {0x41, 5}, // GP proxies
    {0x42, 5}, // GP sinks
    {0x43, 0}, // end device configuration
  };

  private final int messages;
  private final Map<Integer, Integer> values = new HashMap<>();
  private final Map<Integer, Integer> policies = new HashMap<>();
  private final Map<Integer, byte[]> extras = new HashMap<>();

  /**
   * As after a reset.
   *
   * @param messages how many outgoing messages there is memory for
   */
  StackConfiguration(int messages) {
    this.messages = messages;
    for (int[] each : DEFAULTS) {
      values.put(each[0], each[1]);
    }
    values.put(APS_UNICAST_MESSAGE_COUNT, messages);
    policies.put(TRUST_CENTER_POLICY, ALLOW_JOINS);
    extras.put(UART_SYNCH_CALLBACKS, new byte[1]);
  }

  boolean has(int id) {
    return values.containsKey(id);
  }

  int value(int id) {
    return values.getOrDefault(id, 0);
  }

  /** Sets a configuration value, or says why not. */
  EzspStatus set(int id, int value) {
    if (!has(id)) {
      return EzspStatus.ERROR_INVALID_ID;
    }
    if (value > largest(id)) {
      return EzspStatus.ERROR_OUT_OF_MEMORY;
    }
    values.put(id, value);
    return EzspStatus.OK;
  }

  /** What there is memory for. */
  private int largest(int id) {
    return switch (id) {
      case APS_UNICAST_MESSAGE_COUNT -> messages;
      case KEY_TABLE_SIZE -> StackMemory.KEY_TABLE_SIZE;
      default -> 0xFFFF;
    };
  }

  int policy(int id) {
    return policies.getOrDefault(id, 0);
  }

  void policy(int id, int decision) {
    policies.put(id, decision);
  }

  boolean returnsContents() {
    return policy(MESSAGE_CONTENTS_IN_CALLBACK_POLICY) == MESSAGE_TAG_AND_CONTENTS;
  }

  boolean callbacksWait() {
    return extras.get(UART_SYNCH_CALLBACKS)[0] != 0;
  }

  /** A value that was set, or has a default. */
  Optional<byte[]> extra(int id) {
    return Optional.ofNullable(extras.get(id));
  }

  void extra(int id, byte[] value) {
    extras.put(id, value);
  }

  boolean zdoFlag(int flag) {
    return (value(APPLICATION_ZDO_FLAGS) & flag) != 0;
  }
}
