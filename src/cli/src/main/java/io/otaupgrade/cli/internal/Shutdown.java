package io.otaupgrade.cli.internal;

/** The end of the process, be it that a person wants it or that the command is done. */
public final class Shutdown {

  private Shutdown() {}

  /**
   * Has something done at the end. To be called before the command says anything, so that what it
   * began to say has its last words too.
   *
   * @return false when the process ends already, and the command should
   */
  public static boolean runs(Thread lastWords) {
    try {
      Runtime.getRuntime().addShutdownHook(lastWords);
      return true;
    } catch (IllegalStateException inProgress) {
      return false;
    }
  }
}
