package io.otaupgrade.bench.load.internal;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a {@link Plan} as soon as it is configured, on a thread of its own. */
@Component(
    service = {},
    immediate = true,
    configurationPid = Load.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Load {

  static final String PID = "io.otaupgrade.bench.load";

  private static final Logger LOG = LoggerFactory.getLogger(Load.class);

  private final Thread thread;

  @Activate
  public Load(
      BundleContext context,
      @Reference(name = "configurations") ConfigurationAdmin configurations,
      Map<String, Object> configuration) {
    Plan plan = Plan.of(configuration);
    thread = new Thread(() -> carryOut(plan, new Host(context, configurations)), "bench-load");
    thread.setDaemon(true);
    thread.start();
  }

  @Deactivate
  void stop() {
    thread.interrupt();
  }

  private static void carryOut(Plan plan, Host host) {
    Properties result = new Properties();
    try {
      if (plan.unicasts() > 0) {
        new Unicasts(plan, host).run(result);
      } else {
        new Rounds(plan, host).run(result);
      }
    } catch (InterruptedException stopped) {
      return;
    } catch (IOException | RuntimeException | LoadFailed fault) {
      LOG.warn("No load: {}", fault.getMessage());
      result.setProperty("failure", String.valueOf(fault.getMessage()));
    }
    try {
      write(result, plan.result());
    } catch (IOException fault) {
      LOG.error("{} cannot be written", plan.result(), fault);
    }
  }

  /** All at once, so that whoever waits for the file reads all of it. */
  private static void write(Properties result, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (Writer out = Files.newBufferedWriter(part)) {
      result.store(out, null);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
