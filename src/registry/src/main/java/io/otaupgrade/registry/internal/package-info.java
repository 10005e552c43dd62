/** The image-registry bundle: fetches, validates, stores, matches and hosts firmware images. */
package io.otaupgrade.registry.internal;
