/** The files that images lie in: whole whenever the process may die. */
package io.otaupgrade.registry.internal.store;
