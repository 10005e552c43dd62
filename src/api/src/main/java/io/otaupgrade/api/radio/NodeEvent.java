package io.otaupgrade.api.radio;

/**
 * Something happened to a node.
 *
 * @param node as it is after the event
 */
public record NodeEvent(Kind kind, Node node) {
  /** What happened. */
  public enum Kind {
    /** The trust centre let it in. */
    JOINED,
    /** It announced itself, after joining, a reboot or a change of parent. */
    ANNOUNCED,
    /** It left, or was removed. */
    LEFT,
    /** Its network address is another one. */
    ADDRESS_CHANGED,
    /**
     * More is known of it: endpoints, model or manufacturer name; or that it is online, which it
     * was not when it was last heard of (all nodes are not after a start of the host).
     */
    DESCRIBED
  }
}
