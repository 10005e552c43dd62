package io.otaupgrade.cli.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.ServiceReference;

/**
 * The same command line without a runtime around it, for what needs none: {@code inspect}, help and
 * wrong usage. It starts in half the time.
 */
public final class Standalone implements Services {

  private Standalone() {}

  /** Ends the JVM with the command's exit code. */
  public static void main(String[] arguments) {
    System.exit(new Main(new Standalone(), arguments).call());
  }

  @Override
  public <S> S await(Class<S> type) throws CommandFailed {
    throw noRuntime();
  }

  @Override
  public <S> S await(Class<S> type, String filter) throws CommandFailed {
    throw noRuntime();
  }

  @Override
  public ServiceReference<?> awaitReference(String type, String filter) throws CommandFailed {
    throw noRuntime();
  }

  @Override
  public <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    throw new IllegalStateException(noRuntime().getMessage());
  }

  @Override
  public <S> void follow(Class<S> type, Consumer<S> added, Consumer<S> removed) {
    throw new IllegalStateException(noRuntime().getMessage());
  }

  @Override
  public void configure(String pid, Map<String, ?> settings) throws CommandFailed {
    throw noRuntime();
  }

  @Override
  public void configureInstance(String factoryPid, String name, Map<String, ?> settings)
      throws CommandFailed {
    throw noRuntime();
  }

  @Override
  public Path folder(String name) {
    throw new IllegalStateException(noRuntime().getMessage());
  }

  private static CommandFailed noRuntime() {
    return new CommandFailed("this command needs the server's runtime, which is in ota.jar");
  }
}
