package io.otaupgrade.cli.internal.demo;

import java.time.Duration;

/** Shows how far the devices are until all have ended. */
interface Progress {

  /** Shows nothing. */
  Progress NONE =
      run -> {
        while (!run.awaitEnd(Duration.ofMinutes(1))) {
          // the run ends itself when nothing happens any more
        }
      };

  /** Returns at the end of the run. */
  void follow(DemoRun run) throws InterruptedException;
}
