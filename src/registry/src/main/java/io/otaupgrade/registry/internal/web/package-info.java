/**
 * Hosting images and drivers' files over HTTP. What HTTP demands is decided without any servlet
 * type ({@link io.otaupgrade.registry.internal.web.Answer}); the servlets only carry it out.
 */
package io.otaupgrade.registry.internal.web;
