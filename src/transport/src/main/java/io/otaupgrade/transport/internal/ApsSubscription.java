package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.ApsListener;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener and the frames that it wants, as its service properties say. */
final class ApsSubscription {

  private static final Logger LOG = LoggerFactory.getLogger(ApsSubscription.class);

  private final ApsListener listener;
  private final Optional<List<String>> meshes;
  private final Optional<int[]> clusters;
  private final Optional<int[]> profiles;
  private final boolean anyProfile;
  private final boolean anyEndpoint;
  private final BitSet endpoints = new BitSet(256);

  /** It failed before, so its next failures are no news. */
  private boolean failed;

  /**
   * @throws IllegalArgumentException when a property says no numbers
   */
  ApsSubscription(ApsListener listener, Map<String, ?> properties) {
    this.listener = listener;
    meshes = ServiceNumbers.readTexts(properties, ApsListener.MESH);
    clusters = ServiceNumbers.read(properties, ApsListener.CLUSTER, 0xFFFF);
    profiles = ServiceNumbers.read(properties, ApsListener.PROFILE, 0xFFFF);
    anyProfile = profiles.isEmpty();
    Optional<int[]> wanted = ServiceNumbers.read(properties, ApsListener.ENDPOINT, 0xFF);
    anyEndpoint = wanted.isEmpty();
    for (int endpoint : wanted.orElseGet(() -> new int[0])) {
      endpoints.set(endpoint);
    }
  }

  boolean wantsMesh(String mesh) {
    return meshes.map(names -> names.contains(mesh)).orElse(true);
  }

  /** The clusters it wants; empty for all. */
  Optional<int[]> clusters() {
    return clusters;
  }

  /** Whether it wants a frame of one of its clusters. */
  boolean wants(ApsFrame frame) {
    return (anyEndpoint || endpoints.get(frame.destinationEndpoint()))
        && (anyProfile || wantsProfile(frame.profile()));
  }

  private boolean wantsProfile(int profile) {
    for (int wanted : profiles.orElseThrow()) {
      if (wanted == profile) {
        return true;
      }
    }
    return false;
  }

  void deliver(ApsFrame frame) {
    try {
      listener.received(frame);
    } catch (RuntimeException | LinkageError e) {
      if (failed) {
        LOG.debug("{} failed again on {}", listener, frame, e);
      } else {
        failed = true;
        LOG.warn("{} failed on {}; its next failures are logged as DEBUG", listener, frame, e);
      }
    }
  }
}
