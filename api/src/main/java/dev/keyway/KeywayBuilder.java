// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.spi.Backend;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Options of a {@link Keyway} before it is opened. Not safe for several threads. */
@ProviderType
public interface KeywayBuilder {
    /** Number of threads for kernels, the caller included; by default the number of processors. */
    KeywayBuilder threads(int threads);

    /** Loads the plugins in this folder; needs {@code dev.keyway:keyway-host} on the class path. */
    KeywayBuilder plugins(Path directory);

    /**
     * How long a plugin's code may take for one step, such as being started, probed or opened; 30
     * seconds by default. After that the plugin or device is refused, and the thread that hangs is
     * named.
     */
    KeywayBuilder pluginTimeLimit(Duration limit);

    /**
     * The file that says which plugins of the folder may be loaded, by SHA-256 or signature. By
     * default {@code $KEYWAY_TRUST}, else the file {@code trust} in the folder; where there is
     * neither, every plugin is loaded.
     */
    KeywayBuilder trust(Path file);

    /**
     * What {@link Keyway#device()} takes: a name or a policy, as for {@link Keyway#device(String)}.
     * By default {@code $KEYWAY_DEVICE}, else {@code auto}.
     */
    KeywayBuilder device(String wish);

    /** Devices that do not meet the requirement are never chosen, with its reason. */
    KeywayBuilder require(DeviceRequirement requirement);

    /**
     * The file that keeps the measurements of the policy {@code fastest}. By default in {@code
     * $KEYWAY_CACHE}, else in the user's folder for caches.
     */
    KeywayBuilder benchmarks(Path file);

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
