package io.otaupgrade.registry.internal;

/**
 * With what a URL can be asked whether it still gives the same file.
 *
 * @param etag as the server gave it, quotes included
 * @param sha256 of the image that the file had
 */
record Validator(String etag, String sha256) {}
