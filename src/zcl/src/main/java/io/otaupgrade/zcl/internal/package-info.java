/** What the codecs share; no business of another bundle. */
package io.otaupgrade.zcl.internal;
