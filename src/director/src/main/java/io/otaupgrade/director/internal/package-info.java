/** Binds driver device ids to physical devices and publishes the driver API. */
package io.otaupgrade.director.internal;
