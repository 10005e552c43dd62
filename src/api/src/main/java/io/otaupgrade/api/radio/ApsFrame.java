package io.otaupgrade.api.radio;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * An APS data frame that came from, or goes to, another node. Immutable; identity is its own.
 *
 * <p>The other node is the source of a frame received and the destination of a frame to send.
 */
public final class ApsFrame {

  private final int networkAddress;
  private final Optional<Eui64> eui64;
  private final int sourceEndpoint;
  private final int destinationEndpoint;
  private final int profile;
  private final int cluster;
  private final int lqi;
  private final ByteBuffer payload;

  private ApsFrame(
      int networkAddress,
      Optional<Eui64> eui64,
      int sourceEndpoint,
      int destinationEndpoint,
      int profile,
      int cluster,
      int lqi,
      ByteBuffer payload) {
    this.networkAddress = checked("networkAddress", networkAddress, 0xFFFF);
    this.eui64 = eui64;
    this.sourceEndpoint = checked("sourceEndpoint", sourceEndpoint, 0xFF);
    this.destinationEndpoint = checked("destinationEndpoint", destinationEndpoint, 0xFF);
    this.profile = checked("profile", profile, 0xFFFF);
    this.cluster = checked("cluster", cluster, 0xFFFF);
    this.lqi = checked("lqi", lqi, 0xFF);
    this.payload = payload.isReadOnly() ? payload : payload.asReadOnlyBuffer();
  }

  /**
   * A frame to send.
   *
   * @param networkAddress of the destination; from 0xFFF8 on a broadcast address
   * @param payload from its position to its limit; it is the radio's from now on, so nobody may
   *     change it any more
   */
  public static ApsFrame to(
      int networkAddress,
      int sourceEndpoint,
      int destinationEndpoint,
      int profile,
      int cluster,
      ByteBuffer payload) {
    return new ApsFrame(
        networkAddress,
        Optional.empty(),
        sourceEndpoint,
        destinationEndpoint,
        profile,
        cluster,
        0,
        payload);
  }

  /**
   * A frame received.
   *
   * @param eui64 of the source, if known
   * @param lqi link quality of the last hop, 0..255
   * @param payload from its position to its limit
   */
  public static ApsFrame from(
      int networkAddress,
      Optional<Eui64> eui64,
      int sourceEndpoint,
      int destinationEndpoint,
      int profile,
      int cluster,
      int lqi,
      ByteBuffer payload) {
    return new ApsFrame(
        networkAddress,
        Objects.requireNonNull(eui64),
        sourceEndpoint,
        destinationEndpoint,
        profile,
        cluster,
        lqi,
        payload);
  }

  /** The same frame, with the source's EUI-64 filled in. */
  public ApsFrame from(Optional<Eui64> source) {
    return new ApsFrame(
        networkAddress,
        source,
        sourceEndpoint,
        destinationEndpoint,
        profile,
        cluster,
        lqi,
        payload);
  }

  /** A frame back to where this one came from, endpoints swapped, same profile and cluster. */
  public ApsFrame reply(ByteBuffer answer) {
    return to(
        networkAddress,
        /* sourceEndpoint= */ destinationEndpoint,
        /* destinationEndpoint= */ sourceEndpoint,
        profile,
        cluster,
        answer);
  }

  /** Network address of the other node, 0..0xFFFF. */
  public int networkAddress() {
    return networkAddress;
  }

  /** EUI-64 of the source of a frame received, if known then. */
  public Optional<Eui64> eui64() {
    return eui64;
  }

  /** Source endpoint, 0..255. */
  public int sourceEndpoint() {
    return sourceEndpoint;
  }

  /** Destination endpoint, 0..255. */
  public int destinationEndpoint() {
    return destinationEndpoint;
  }

  /** Application profile, 0..0xFFFF. */
  public int profile() {
    return profile;
  }

  /** Cluster, 0..0xFFFF; in profile 0 a ZDO cluster. */
  public int cluster() {
    return cluster;
  }

  /** Link quality of the last hop of a frame received, 0..255. */
  public int lqi() {
    return lqi;
  }

  /**
   * The ASDU, from position to limit; read-only and shared, so read it with absolute gets or from a
   * duplicate.
   */
  public ByteBuffer payload() {
    return payload;
  }

  /** Whether this goes to more than one node. */
  public boolean isBroadcast() {
    return networkAddress >= 0xFFF8;
  }

  private static int checked(String field, int value, int maximum) {
    if (value < 0 || value > maximum) {
      throw new IllegalArgumentException(field + " must be 0.." + maximum + ", was " + value);
    }
    return value;
  }

  @Override
  public String toString() {
    return String.format(
        "%04x ep %d>%d profile %04x cluster %04x, %d octets",
        networkAddress, sourceEndpoint, destinationEndpoint, profile, cluster, payload.remaining());
  }
}
