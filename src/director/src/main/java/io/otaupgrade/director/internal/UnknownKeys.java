package io.otaupgrade.director.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of keys that no component of this project knows: a component takes the keys it has and
 * never learns of a misspelt one. What there is, the metatype of the bundles says (OSGi Compendium
 * 105), so a key need not be named here. On a host without a metatype service nothing is warned of.
 */
@Component(service = ConfigurationListener.class)
public final class UnknownKeys implements ConfigurationListener, BundleListener {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  /** How our PIDs begin, and the symbolic names of the bundles that they belong to. */
  private static final String OURS = "io.otaupgrade.";

  /** What ConfigAdmin, FileInstall, Karaf and Declarative Services add to a configuration. */
  private static final List<String> OF_OTHERS =
      List.of(".", "service.", "component.", "osgi.", "felix.", "org.apache.");

  private final BundleContext context;
  private final ConfigurationAdmin configurations;
  private final MetaTypeService metaTypes;

  @Activate
  public UnknownKeys(
      BundleContext context,
      @Reference(name = "configurations") ConfigurationAdmin configurations,
      @Reference(name = "metaTypes") MetaTypeService metaTypes) {
    this.context = context;
    this.configurations = configurations;
    this.metaTypes = metaTypes;
    context.addBundleListener(this);
    warn(all -> true, activeBundles());
  }

  @Deactivate
  void stop() {
    context.removeBundleListener(this);
  }

  private List<Bundle> activeBundles() {
    return Stream.of(context.getBundles())
        .filter(bundle -> bundle.getState() == Bundle.ACTIVE && isOurs(bundle.getSymbolicName()))
        .toList();
  }

  private static boolean isOurs(String name) {
    return name != null && name.startsWith(OURS); // only very old bundles have no symbolic name
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STARTED && isOurs(event.getBundle().getSymbolicName())) {
      warn(all -> true, List.of(event.getBundle()));
    }
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (event.getType() == ConfigurationEvent.CM_UPDATED && isOurs(event.getPid())) {
      warn(one -> one.getPid().equals(event.getPid()), activeBundles());
    }
  }

  private void warn(Predicate<Configuration> which, List<Bundle> bundles) {
    List<Configuration> given = configurations().filter(which).toList();
    if (given.isEmpty()) {
      return;
    }
    for (Bundle bundle : bundles) {
      MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
      for (Configuration configuration : given) {
        knownKeys(information, configuration)
            .flatMap(
                known ->
                    complaint(
                        configuration.getPid(),
                        Collections.list(configuration.getProperties().keys()),
                        known))
            .ifPresent(LOG::warn);
      }
    }
  }

  private Stream<Configuration> configurations() {
    try {
      Configuration[] given =
          configurations.listConfigurations("(" + Constants.SERVICE_PID + "=" + OURS + "*)");
      return given == null ? Stream.empty() : Stream.of(given);
    } catch (IOException | InvalidSyntaxException unreadable) {
      LOG.debug("not checked for unknown keys", unreadable);
      return Stream.empty();
    }
  }

  /** The keys of a configuration's PID, if it is one of these. */
  private static Optional<SortedSet<String>> knownKeys(
      MetaTypeInformation information, Configuration configuration) {
    String factory = configuration.getFactoryPid();
    String pid = factory == null ? configuration.getPid() : factory;
    String[] pids = factory == null ? information.getPids() : information.getFactoryPids();
    if (!Arrays.asList(pids).contains(pid)) {
      return Optional.empty();
    }
    AttributeDefinition[] keys =
        information
            .getObjectClassDefinition(pid, null)
            .getAttributeDefinitions(ObjectClassDefinition.ALL);
    return Optional.of(
        Stream.of(keys)
            .map(AttributeDefinition::getID)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** What there is to say of these keys of a configuration; nothing when all are known. */
  static Optional<String> complaint(String pid, Collection<String> keys, SortedSet<String> known) {
    SortedSet<String> unknown = new TreeSet<>(keys);
    unknown.removeAll(known);
    unknown.removeIf(key -> OF_OTHERS.stream().anyMatch(key::startsWith));
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s has no key %s, so it does nothing; there are %s"
                .formatted(pid, String.join(", ", unknown), String.join(", ", known)));
  }
}
