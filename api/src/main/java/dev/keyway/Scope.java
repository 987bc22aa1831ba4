// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A state of the calling thread that ends with {@link #close}; close on the same thread. */
public interface Scope extends AutoCloseable {
    @Override
    void close();
}
