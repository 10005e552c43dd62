/**
 * What all co-processors have in common: the line they are on, how they are opened and opened
 * again, and what they tell their driver.
 */
package io.otaupgrade.transport.internal.link;
