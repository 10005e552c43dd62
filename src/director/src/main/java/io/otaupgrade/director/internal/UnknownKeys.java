package io.otaupgrade.director.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
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

  private static final String OURS = "(service.pid=io.otaupgrade.*)";

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
    warn(OURS, activeBundles());
  }

  @Deactivate
  void stop() {
    context.removeBundleListener(this);
  }

  private List<Bundle> activeBundles() {
    return Stream.of(context.getBundles())
        .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
        .toList();
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STARTED) {
      warn(OURS, List.of(event.getBundle()));
    }
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (event.getType() == ConfigurationEvent.CM_UPDATED) {
      warn("(&" + OURS + "(service.pid=" + event.getPid() + "))", activeBundles());
    }
  }

  private void warn(String filter, List<Bundle> bundles) {
    try {
      Configuration[] given = configurations.listConfigurations(filter);
      for (Configuration configuration : given == null ? new Configuration[0] : given) {
        for (Bundle bundle : bundles) {
          knownKeys(bundle, configuration)
              .flatMap(
                  known ->
                      complaint(
                          configuration.getPid(),
                          Collections.list(configuration.getProperties().keys()),
                          known))
              .ifPresent(LOG::warn);
        }
      }
    } catch (IOException | InvalidSyntaxException unreadable) {
      LOG.debug("not checked for unknown keys: {}", filter, unreadable);
    }
  }

  /** The keys of a configuration's PID, if it is one of this bundle's. */
  private Optional<SortedSet<String>> knownKeys(Bundle bundle, Configuration configuration) {
    MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
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
