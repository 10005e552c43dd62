package io.otaupgrade.registry.internal.fetch;

import javax.net.ssl.SSLSocketFactory;

/** Gives TLS sockets; asked at the first need only, for loading the trust store takes its time. */
@FunctionalInterface
interface TlsSource {
  SSLSocketFactory get();
}
