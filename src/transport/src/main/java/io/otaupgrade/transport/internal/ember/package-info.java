/**
 * Silicon Labs EFR32 co-processors with EmberZNet 7.4 to 9.1: ASH (UG101) on the line, EZSP 13 to
 * 19 (UG100) in its frames. Start at {@link
 * io.otaupgrade.transport.internal.ember.EmberCoProcessor}.
 */
package io.otaupgrade.transport.internal.ember;
