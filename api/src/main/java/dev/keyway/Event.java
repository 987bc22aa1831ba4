// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A point in a stream's work. */
public interface Event {
    /** {@return whether the work before it has finished; never blocks} */
    boolean isComplete();

    /** Blocks until it is complete. */
    void synchronize();
}
