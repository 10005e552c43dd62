package io.otaupgrade.transport.internal.link;

/**
 * A radio whose configuration is wrong, so that there is no driver for it; a service within this
 * bundle, so that operators see it among the others.
 *
 * @param radio which protocol and where, as far as can be told
 * @param message what is wrong, one line
 */
public record MisconfiguredRadio(String mesh, String radio, String message) {}
