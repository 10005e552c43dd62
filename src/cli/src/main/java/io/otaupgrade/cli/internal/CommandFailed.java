package io.otaupgrade.cli.internal;

/** The work of a command failed; the message is the one line that the person gets. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;

  public CommandFailed(String message) {
    super(message, null, false, false);
  }
}
