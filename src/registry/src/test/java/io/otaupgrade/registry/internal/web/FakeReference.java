package io.otaupgrade.registry.internal.web;

import io.otaupgrade.api.image.HostedFiles;
import java.util.Dictionary;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * A reference to a service of no framework; higher rankings are greater, as the specification says.
 */
record FakeReference(int ranking, Map<String, Object> properties)
    implements ServiceReference<HostedFiles> {

  static FakeReference named(String driver, int ranking) {
    return new FakeReference(ranking, Map.of(HostedFiles.DRIVER_NAME, driver));
  }

  @Override
  public Object getProperty(String key) {
    return key.equals(Constants.SERVICE_RANKING) ? (Integer) ranking : properties.get(key);
  }

  @Override
  public String[] getPropertyKeys() {
    return properties.keySet().toArray(new String[0]);
  }

  @Override
  public Bundle getBundle() {
    return null;
  }

  @Override
  public Bundle[] getUsingBundles() {
    return new Bundle[0];
  }

  @Override
  public boolean isAssignableTo(Bundle bundle, String className) {
    return true;
  }

  @Override
  public int compareTo(Object other) {
    int byRanking = Integer.compare(ranking, ((FakeReference) other).ranking);
    return byRanking != 0
        ? byRanking
        : Integer.compare(System.identityHashCode(this), System.identityHashCode(other));
  }

  @Override
  public Dictionary<String, Object> getProperties() {
    throw new UnsupportedOperationException("getProperties");
  }

  @Override
  public <A> A adapt(Class<A> type) {
    return null;
  }
}
