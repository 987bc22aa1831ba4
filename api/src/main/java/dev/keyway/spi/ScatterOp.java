// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** How a scattered value meets what is there; several values for one place in the index's order. */
public enum ScatterOp {
    /** Replaces; of several values for one place the last. */
    SET,
    /** Adds; bool: or. */
    ADD,
    /** Multiplies; bool: and. */
    MUL,
    /** The larger, NaN wins. */
    AMAX,
    /** The smaller, NaN wins. */
    AMIN
}
