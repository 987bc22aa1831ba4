// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.spi.Backend;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Options of a {@link Keyway} before it is opened. Not safe for several threads. */
@ProviderType
public interface KeywayBuilder {
    /**
     * {@return number of threads for kernels, the caller included; by default the number of
     * processors}
     *
     * @param threads at least 1
     */
    KeywayBuilder threads(int threads);

    /**
     * Loads the plugins in this folder; needs {@code dev.keyway:keyway-host} on the class path.
     *
     * @param directory the folder with the jars
     * @return this builder
     */
    KeywayBuilder plugins(Path directory);

    /**
     * {@return how long a plugin's code may take for one step, such as being started, probed or
     * opened; 30 seconds by default} After that the plugin or device is refused, and the thread
     * that hangs is named.
     *
     * @param limit more than 0
     */
    KeywayBuilder pluginTimeLimit(Duration limit);

    /**
     * {@return the file that says which plugins of the folder may be loaded, by SHA-256 or
     * signature} By default {@code $KEYWAY_TRUST}, else the file {@code trust} in the folder; where
     * there is neither, every plugin is loaded.
     *
     * @param file a list of hashes and signers
     */
    KeywayBuilder trust(Path file);

    /**
     * {@return what {@link Keyway#device()} takes: a name or a policy, as for {@link
     * Keyway#device(String)}} By default {@code $KEYWAY_DEVICE}, else {@code auto}.
     *
     * @param wish a name, {@code cpu:0}, or a policy
     */
    KeywayBuilder device(String wish);

    /**
     * Devices that do not meet the requirement are never chosen, with its reason.
     *
     * @param requirement asked for each device
     * @return this builder
     */
    KeywayBuilder require(DeviceRequirement requirement);

    /**
     * {@return the file that keeps the measurements of the policy {@code fastest}} By default in
     * {@code $KEYWAY_CACHE}, else in the user's folder for caches.
     *
     * @param file read and written
     */
    KeywayBuilder benchmarks(Path file);

    /**
     * Adds a backend object, as if it were on the class path.
     *
     * @param backend the backend
     * @return this builder
     */
    KeywayBuilder backend(Backend backend);

    /**
     * {@return whether backends on the class path are found by {@code META-INF/services}; true by
     * default}
     *
     * @param enabled whether to look
     */
    KeywayBuilder classPathBackends(boolean enabled);

    /**
     * {@return the policy that every thread starts with; {@link FallbackPolicy#DENY} by default}
     *
     * @param policy the policy
     */
    KeywayBuilder fallback(FallbackPolicy policy);

    /**
     * {@return the most memory to reserve on each device, in bytes}
     *
     * @param bytes more than 0
     */
    KeywayBuilder memoryLimit(long bytes);

    /**
     * {@return the seed of {@link Keyway#generator()}; 0 by default}
     *
     * @param seed any number
     */
    KeywayBuilder seed(long seed);

    /**
     * Opens the runtime.
     *
     * @return the runtime; close it
     * @throws PluginException when the plugin folder can't be read; a single bad plugin is reported
     *     in {@link Keyway#deviceStatus()} instead
     */
    Keyway open();
}
