package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who gets a frame, worked out beforehand for each cluster, so that a frame costs one look-up and
 * allocates nothing. Immutable.
 */
final class ApsDispatch {

  static final ApsDispatch EMPTY = new ApsDispatch(List.of());

  private final IntMap<ApsSubscription[]> byCluster = new IntMap<>();

  /** For clusters that nobody names. */
  private final ApsSubscription[] others;

  ApsDispatch(List<ApsSubscription> subscriptions) {
    others =
        subscriptions.stream()
            .filter(subscription -> subscription.clusters().isEmpty())
            .toArray(ApsSubscription[]::new);
    Map<Integer, List<ApsSubscription>> wanted = new TreeMap<>();
    for (ApsSubscription subscription : subscriptions) {
      for (int cluster : subscription.clusters().orElseGet(() -> new int[0])) {
        wanted.computeIfAbsent(cluster, any -> new ArrayList<>(List.of(others))).add(subscription);
      }
    }
    wanted.forEach(
        (cluster, all) ->
            byCluster.put(cluster, all.stream().distinct().toArray(ApsSubscription[]::new)));
  }

  void deliver(ApsFrame frame) {
    for (ApsSubscription subscription : byCluster.getOr(frame.cluster(), others)) {
      if (subscription.wants(frame)) {
        subscription.deliver(frame);
      }
    }
  }
}
