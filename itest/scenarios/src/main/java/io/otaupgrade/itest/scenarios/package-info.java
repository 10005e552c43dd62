/**
 * What an installed Ota Upgrade plugin does for a foreign bundle, without saying in which
 * container. The container modules extend {@link io.otaupgrade.itest.scenarios.InstalledScenarios};
 * their test probe is the foreign bundle.
 */
package io.otaupgrade.itest.scenarios;
