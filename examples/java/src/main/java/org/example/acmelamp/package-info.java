/** A driver in Java that keeps the firmware of its lamps up to date. */
package org.example.acmelamp;
