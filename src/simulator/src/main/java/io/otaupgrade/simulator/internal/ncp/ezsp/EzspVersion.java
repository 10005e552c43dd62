package io.otaupgrade.simulator.internal.ncp.ezsp;

/**
 * The versions of EZSP and what tells their frames apart; all other layouts are those of {@link
 * EzspCommands}. Sources: UG100 rev. 5.2 for 13, UG600 for 14 on, and the hosts zigbee-herdsman and
 * bellows where these are silent. Nobody released a firmware with 15; its frames are those of 14.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>frame<th>13<th>from 14 on
 * <tr><td>any status but those below<td>EmberStatus or EzspStatus, 1 octet<td>sl_status_t, 4 octets
 * <tr><td>key frames, getNetworkKeyInfo, startScan<td>sl_status_t, at the end of exportKey,
 *     exportLinkKey…, exportTransientKey…, getApsKeyInfo<td>sl_status_t, first
 * <tr><td>exportKey, exportLinkKeyBy…<td>without, or with parts of, the context<td>with the context
 * <tr><td>importTransientKey<td>flags behind the key<td>without
 * <tr><td>sendUnicast, messageSentHandler<td>tag of 1 octet<td>tag of 2 octets
 * <tr><td>messageSentHandler<td>status behind the tag<td>status first
 * <tr><td>sendBroadcast<td><td>alias before the destination, NWK sequence behind it
 * <tr><td>sendMulticast<td>non-member radius<td>broadcast address, alias, NWK sequence
 * <tr><td>incomingMessageHandler<td>LQI, RSSI, sender, binding, address index<td>sender, its
 *     EUI-64, binding, address index, LQI, RSSI, timestamp
 * <tr><td>address table<td>EUI-64 and network address set and read apart<td>together
 * <tr><td>leaveNetwork, findAndRejoinNetwork<td><td>options; reason and node type
 * <tr><td>setExtendedTimeout, setPowerDescriptor<td>no status<td>status
 * <tr><td>frames from 0x119 on, and others<td>unknown<td>see {@link EzspFrameId}
 * <tr><td>getTokenCount<td>1 octet<td>4 octets from 18 on
 * </table>
 */
enum EzspVersion {
  V13(13, 7, 4, 5),
  V14(14, 8, 0, 3),
  V15(15, 8, 0, 3),
  V16(16, 8, 1, 3),
  V17(17, 8, 2, 0),
  V18(18, 8, 2, 2),
  V19(19, 9, 1, 0);

  private final int number;
  private final int major;
  private final int minor;
  private final int patch;

  EzspVersion(int number, int major, int minor, int patch) {
    this.number = number;
    this.major = major;
    this.minor = minor;
    this.patch = patch;
  }

  /**
   * The version with this number.
   *
   * @throws IllegalArgumentException unless 13..19
   */
  static EzspVersion of(int number) {
    for (EzspVersion version : values()) {
      if (version.number == number) {
        return version;
      }
    }
    throw new IllegalArgumentException("ezsp must be 13..19, was " + number);
  }

  int number() {
    return number;
  }

  // EmberZNet's release

  int major() {
    return major;
  }

  int minor() {
    return minor;
  }

  int patch() {
    return patch;
  }

  /** As the version command tells it: a digit of a nibble for each part. */
  int stackVersion() {
    return major << 12 | minor << 8 | patch << 4;
  }

  /** Whether statuses are sl_status_t, tags two octets long, and so on: the right column above. */
  boolean isModern() {
    return number >= 14;
  }

  boolean hasLongTokenCount() {
    return number >= 18;
  }
}
