// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.osgi.annotation.versioning.ProviderType;

/** A point in a stream's work. */
@ProviderType
public interface Event {
    /** Whether the work before it has finished; never blocks. */
    boolean isComplete();

    /** Blocks until it is complete. */
    void synchronize();
}
