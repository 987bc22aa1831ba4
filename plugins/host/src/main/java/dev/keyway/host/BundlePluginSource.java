// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.Keyway;
import dev.keyway.spi.PluginSource;
import dev.keyway.spi.Registration;

/** The plugin source that {@code KeywayBuilder.plugins} finds: a {@link PluginHost} per runtime. */
public final class BundlePluginSource implements PluginSource {
    /** For {@code ServiceLoader}. */
    public BundlePluginSource() {}

    /**
     * {@inheritDoc}
     *
     * @throws dev.keyway.PluginException when the folder or the trust file can't be read
     */
    @Override
    public Registration load(Keyway keyway, Folder folder, Problems problems) {
        Trust trust = Trust.of(folder.directory(), folder.trust());
        HostOptions options = new HostOptions(folder.timeLimit(), trust);
        PluginHost host = PluginHost.open(keyway, problems, options);
        boolean loaded = false;
        try {
            host.installAll(folder.directory());
            loaded = true;
            return host;
        } finally {
            if (!loaded) {
                host.close();
            }
        }
    }
}
