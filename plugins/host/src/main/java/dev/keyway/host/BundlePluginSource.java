// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.Keyway;
import dev.keyway.spi.PluginSource;
import dev.keyway.spi.Registration;

import java.nio.file.Path;

/** The plugin source that {@code KeywayBuilder.plugins} finds: a {@link PluginHost} per runtime. */
public final class BundlePluginSource implements PluginSource {
    /** For {@code ServiceLoader}. */
    public BundlePluginSource() {}

    /**
     * {@inheritDoc}
     *
     * @throws dev.keyway.PluginException when the folder can't be read
     */
    @Override
    public Registration load(Keyway keyway, Path directory, Problems problems) {
        PluginHost host = PluginHost.open(keyway, problems);
        boolean loaded = false;
        try {
            host.installAll(directory);
            loaded = true;
            return host;
        } finally {
            if (!loaded) {
                host.close();
            }
        }
    }
}
