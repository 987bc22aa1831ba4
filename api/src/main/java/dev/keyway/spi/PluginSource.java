// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Keyway;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Loads plugins from a folder into a runtime; the host implements it, found by {@code
 * ServiceLoader}.
 */
public interface PluginSource {
    /**
     * Loads every plugin in the folder; bad ones are reported through {@code problems} and do not
     * disturb the others.
     *
     * @param keyway the runtime
     * @param folder what to load
     * @param problems is told of plugins that fail
     * @return closes all plugins, in reverse order
     */
    Registration load(Keyway keyway, Folder folder, Problems problems);

    /**
     * What to load.
     *
     * @param directory the folder with the jars
     * @param timeLimit how long a plugin may take for a step, such as being started or probed
     * @param trust the file that says which plugins may be loaded; null for {@code trust} in the
     *     folder, or any plugin where there is none
     */
    record Folder(Path directory, Duration timeLimit, @Nullable Path trust) {}

    /** Receives plugins that could not be loaded. */
    interface Problems {
        /**
         * A plugin failed.
         *
         * @param plugin who brings it
         * @param reason what happened
         * @param remedy what to do about it
         */
        void report(PluginInfo plugin, String reason, String remedy);
    }
}
