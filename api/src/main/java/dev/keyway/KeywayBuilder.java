// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.spi.Backend;
import java.nio.file.Path;

/** Options of a {@link Keyway} before it is opened. Not safe for several threads. */
public interface KeywayBuilder {
    /** Number of threads for kernels, the caller included; by default the number of processors. */
    KeywayBuilder threads(int threads);

    /** Loads the plugins in this folder; needs {@code dev.keyway:keyway-host} on the class path. */
    KeywayBuilder plugins(Path directory);

    /** Adds a backend object, as if it were on the class path. */
    KeywayBuilder backend(Backend backend);

    /**
     * Whether backends on the class path are found by {@code META-INF/services}; true by default.
     */
    KeywayBuilder classPathBackends(boolean enabled);

    /** The policy that every thread starts with; {@link FallbackPolicy#DENY} by default. */
    KeywayBuilder fallback(FallbackPolicy policy);

    /** The most memory to reserve on each device, in bytes. */
    KeywayBuilder memoryLimit(long bytes);

    /** The seed of {@link Keyway#generator()}; 0 by default. */
    KeywayBuilder seed(long seed);

    /**
     * Opens the runtime.
     *
     * @throws PluginException when the plugin folder can't be read; a single bad plugin is reported
     *     in {@link Keyway#deviceStatus()} instead
     */
    Keyway open();
}
