package io.otaupgrade.transport.internal.link;

/**
 * Why a co-processor does not work.
 *
 * @param lasting whether it will be so until somebody changes its configuration, firmware or
 *     network, so that trying again soon is of no use
 * @param message one line for an operator: what is wrong, and what to do
 */
public record RadioFault(boolean lasting, String message) {
  /** Trying again may help. */
  public static RadioFault passing(String message) {
    return new RadioFault(false, message);
  }

  /** Somebody has to change something. */
  public static RadioFault lasting(String message) {
    return new RadioFault(true, message);
  }
}
