// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The memory behind tensors: a counted block on one device. Handles, views and saved tensors count;
 * at zero the block returns to the device's caching allocator once no running call can still use
 * it.
 */
@ProviderType
public interface Storage {
    /** The device. */
    Device device();

    /** Length in bytes. */
    long nbytes();

    /** Host address of the first byte; 0 for an empty storage or an opaque device. */
    long address();

    /** What the vendor's {@code DeviceMemory.allocate} returned for the block's pool. */
    Object handle();

    /** Offset in bytes of this storage inside {@link #handle()}. */
    long offset();
}
