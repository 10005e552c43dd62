/**
 * Runs Lua scripts that nobody trusts: the engine, its dialect and its budgets. Knows nothing of
 * drivers.
 */
package io.otaupgrade.drivers.internal.lua;
