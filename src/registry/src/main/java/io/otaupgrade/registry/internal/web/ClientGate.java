package io.otaupgrade.registry.internal.web;

import io.otaupgrade.registry.internal.fetch.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read what we host. There is no password, and the web server that we are guests of may
 * listen to the whole network: so only this host may, unless the configuration names others.
 */
@Component(service = ClientGate.class, configurationPid = ClientGate.PID)
@Designate(ocd = ClientGate.Config.class)
public final class ClientGate {

  /** The configuration's PID. */
  public static final String PID = "io.otaupgrade.registry.web";

  private static final Logger LOG = LoggerFactory.getLogger(ClientGate.class);

  /** The configuration as an administrator sees it. */
  @ObjectClassDefinition(
      name = "OTA file hosting",
      description = "Who may read firmware images and drivers' files over HTTP.")
  @interface Config {
    @AttributeDefinition(
        name = "Allowed clients",
        description =
            "Addresses and address blocks (192.168.7.0/24) of other hosts that may read the files;"
                + " this host always may. 0.0.0.0/0 and ::/0 are everybody.")
    String[] allowedClients() default {};
  }

  private volatile List<Cidr> allowed = List.of();

  /** Made by Declarative Services. */
  @Activate
  public ClientGate(Config config) {
    modified(config);
  }

  ClientGate(List<Cidr> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /** Takes a new configuration; a bad one changes nothing. */
  @Modified
  void modified(Config config) {
    List<Cidr> next = new ArrayList<>();
    for (String entry : Cidr.split(config.allowedClients())) {
      try {
        next.add(Cidr.parse(entry));
      } catch (IllegalArgumentException e) {
        LOG.warn(
            "Configuration {} is not taken, the last good one stays: allowedClients must be"
                + " addresses or address blocks such as 192.168.7.0/24, was {}: {}",
            PID,
            entry,
            e.getMessage());
        return;
      }
    }
    allowed = List.copyOf(next);
  }

  /**
   * Whether a client may read.
   *
   * @param remote the client's address as a servlet container prints it
   * @param local the address that it connected to
   */
  boolean admits(String remote, String local) {
    Optional<InetAddress> client = address(remote);
    if (client.isEmpty()) {
      return false;
    }
    // Whoever comes from the address that it went to is on this host.
    return client.get().isLoopbackAddress()
        || client.equals(address(local))
        || allowed.stream().anyMatch(block -> block.contains(client.get()));
  }

  private static Optional<InetAddress> address(String printed) {
    String literal = printed.replaceAll("[\\[\\]]", "").replaceFirst("%.*", "");
    if (!Cidr.isLiteral(literal)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(literal));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
