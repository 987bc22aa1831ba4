// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A point in a stream's work. Closing it frees what it holds on the device at once, whether it is
 * complete or not; one that is only dropped is freed later, at the latest with its device. Safe for
 * any thread.
 */
@ProviderType
public interface Event extends AutoCloseable {
    /** Whether the work before it has finished; never blocks. */
    boolean isComplete();

    /** Blocks until it is complete. */
    void synchronize();

    /** Lets go of it; does not wait. Later calls of other methods fail. Idempotent. */
    @Override
    void close();
}
