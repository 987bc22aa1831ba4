// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Keyway;
import java.nio.file.Path;

/**
 * Loads plugins from a folder into a runtime; the host implements it, found by {@code
 * ServiceLoader}.
 */
public interface PluginSource {
    /**
     * Loads every plugin in the folder; bad ones are reported through {@code problems} and do not
     * disturb the others.
     *
     * @return closes all plugins, in reverse order
     */
    Registration load(Keyway keyway, Path directory, Problems problems);

    /** Receives plugins that could not be loaded. */
    interface Problems {
        /** A plugin failed. */
        void report(PluginInfo plugin, String reason, String remedy);
    }
}
