package io.otaupgrade.itest.scenarios;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceListener;

/**
 * A bounded wait for a condition. The condition is tried at once, again at each service and bundle
 * event of the framework, and ten times a second for what no event tells of (an answer on a
 * socket).
 */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final BundleContext context;

  public Await(BundleContext context) {
    this.context = context;
  }

  /** A question that may fail while the thing asked is not there yet. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Returns as soon as {@code condition} holds.
   *
   * @param what what is waited for, as the failure's message says it
   * @throws AssertionError when it does not hold within 30 seconds; its cause is the condition's
   *     last failure, if that was one
   */
  public void until(String what, Condition condition) throws InterruptedException {
    Semaphore events = new Semaphore(0);
    ServiceListener services = event -> events.release();
    BundleListener bundles = event -> events.release();
    context.addServiceListener(services);
    context.addBundleListener(bundles);
    try {
      Exception last = null;
      long end = System.nanoTime() + LIMIT.toNanos();
      do {
        try {
          if (condition.holds()) {
            return;
          }
          last = null;
        } catch (Exception e) {
          last = e;
        }
        if (events.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          events.drainPermits();
        }
      } while (System.nanoTime() < end);
      throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what, last);
    } finally {
      context.removeBundleListener(bundles);
      context.removeServiceListener(services);
    }
  }
}
