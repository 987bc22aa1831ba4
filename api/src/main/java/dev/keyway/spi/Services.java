// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import org.osgi.annotation.versioning.ProviderType;

/** What the runtime offers to a backend. */
@ProviderType
public interface Services {
    /** The runtime's host memory: the memory of every device that computes on the host. */
    DeviceMemory hostMemory();

    /** The runtime's worker threads. */
    Workers workers();
}
