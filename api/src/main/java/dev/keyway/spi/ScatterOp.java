// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** How a scattered value meets what is there. */
public enum ScatterOp {
    /** Replaces; of several values for one place the last. */
    SET,
    /** Adds, in the order of the index. */
    ADD
}
