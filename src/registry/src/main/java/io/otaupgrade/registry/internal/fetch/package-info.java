/** Fetching URLs within limits; nothing here is exported, and HTTP types stay inside. */
package io.otaupgrade.registry.internal.fetch;
