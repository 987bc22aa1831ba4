// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Something registered; closing takes it back and re-exposes what it covered. Idempotent. */
@ProviderType
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
