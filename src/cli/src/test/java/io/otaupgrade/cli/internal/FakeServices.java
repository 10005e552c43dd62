package io.otaupgrade.cli.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.osgi.framework.ServiceReference;

/** The services that a test gives, and what a command did with them. */
public final class FakeServices implements Services {

  private final Map<Class<?>, Object> there = new HashMap<>();

  /** Configurations by PID, of instances by {@code PID~name}. */
  public final Map<String, Map<String, ?>> configured = new TreeMap<>();

  /** What was published. */
  public final List<Object> published = new ArrayList<>();

  /** Hears of each service that is published. */
  public BiConsumer<Class<?>, Object> publisher = (type, service) -> {};

  private final Path folder;

  public FakeServices(Path folder) {
    this.folder = folder;
  }

  /** Gives a service. */
  public <S> FakeServices with(Class<S> type, S service) {
    there.put(type, service);
    return this;
  }

  @Override
  public <S> S await(Class<S> type) throws CommandFailed {
    if (!there.containsKey(type)) {
      throw new CommandFailed("no " + type.getSimpleName());
    }
    return type.cast(there.get(type));
  }

  @Override
  public <S> S await(Class<S> type, String filter) throws CommandFailed {
    return await(type);
  }

  @Override
  public ServiceReference<?> awaitReference(String type, String filter) {
    throw new AssertionError("asked for " + type);
  }

  @Override
  public <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    published.add(service);
    publisher.accept(type, service);
  }

  @Override
  public <S> void follow(Class<S> type, Consumer<S> added, Consumer<S> removed) {
    if (there.containsKey(type)) {
      added.accept(type.cast(there.get(type)));
    }
  }

  @Override
  public void configure(String pid, Map<String, ?> settings) {
    configured.put(pid, settings);
  }

  @Override
  public void configureInstance(String factoryPid, String name, Map<String, ?> settings) {
    configured.put(factoryPid + "~" + name, settings);
  }

  @Override
  public Path folder(String name) {
    return folder.resolve(name);
  }
}
