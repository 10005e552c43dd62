package io.otaupgrade.transport.internal.link;

/** Opens lines; one at a time to each port. */
public interface Lines {

  /**
   * Opens the line to a co-processor. May take some seconds.
   *
   * @throws LineException saying what is in the way, and what to do about it
   */
  Line open(PortAddress port) throws LineException;
}
