package io.otaupgrade.transport.internal.link;

import io.otaupgrade.transport.internal.link.NetworkSettings.NetworkKey;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that is to be formed: what is configured, and drawn what is not.
 *
 * @param channel 11..26
 * @param panId 0..0xFFFE
 * @param extendedPanId as a number, most significant octet first
 * @param keyIsDrawn whether nobody knows the key yet
 */
public record Formation(
    int channel, int panId, long extendedPanId, NetworkKey networkKey, boolean keyIsDrawn) {

  /** What is told where there is none, and none is to be formed. */
  public static final String NO_NETWORK =
      "the co-processor is on no network; form=true (ota serve --form) makes one";

  private static final Logger LOG = LoggerFactory.getLogger(Formation.class);

  /** Between and beside the usual Wi-Fi channels 1, 6 and 11. */
  private static final int[] QUIET_CHANNELS = {15, 20, 25};

  /** PAN ids from here on are kept out of the draw: some stacks give them meanings of their own. */
  private static final int RESERVED_PAN_IDS = 0xFFF0;

  /**
   * Draws what the settings leave open.
   *
   * @param random one that nobody can guess, in earnest {@link java.security.SecureRandom}
   */
  public static Formation of(NetworkSettings settings, RandomGenerator random) {
    return new Formation(
        settings.channel().orElseGet(() -> QUIET_CHANNELS[random.nextInt(QUIET_CHANNELS.length)]),
        settings.panId().orElseGet(() -> random.nextInt(1, RESERVED_PAN_IDS)),
        // 0 and all ones mean "none".
        settings.extendedPanId().orElseGet(() -> random.nextLong(1, Long.MAX_VALUE)),
        settings.networkKey().orElseGet(() -> drawnKey(random)),
        settings.networkKey().isEmpty());
  }

  private static NetworkKey drawnKey(RandomGenerator random) {
    byte[] octets = new byte[NetworkKey.LENGTH];
    random.nextBytes(octets);
    return new NetworkKey(octets);
  }

  /**
   * To be called once the network is formed. Shows a key that was drawn, this one time: whoever
   * wants to move the network to another stick some day has to know it.
   */
  public void formed(String mesh) {
    if (keyIsDrawn) {
      LOG.warn(
          "{}: formed a network with a key drawn here, which is not shown again; keep it safe:"
              + " networkKey={}",
          mesh,
          networkKey.hex());
    }
  }
}
