package io.otaupgrade.cli.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.ServiceReference;

/** For commands that must not get as far as to need the runtime. */
final class NoServices implements Services {

  @Override
  public <S> S await(Class<S> type) {
    throw new AssertionError("asked for " + type);
  }

  @Override
  public <S> S await(Class<S> type, String filter) {
    throw new AssertionError("asked for " + type);
  }

  @Override
  public ServiceReference<?> awaitReference(String type, String filter) {
    throw new AssertionError("asked for " + type);
  }

  @Override
  public <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    throw new AssertionError("published " + type);
  }

  @Override
  public <S> void follow(Class<S> type, Consumer<S> added, Consumer<S> removed) {
    throw new AssertionError("follows " + type);
  }

  @Override
  public void configure(String pid, Map<String, ?> settings) {
    throw new AssertionError("configured " + pid);
  }

  @Override
  public void configureInstance(String factoryPid, String name, Map<String, ?> settings) {
    throw new AssertionError("configured " + factoryPid);
  }

  @Override
  public Path folder(String name) {
    throw new AssertionError("asked for folder " + name);
  }
}
