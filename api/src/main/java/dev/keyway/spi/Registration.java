// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** Something registered; closing takes it back and re-exposes what it covered. Idempotent. */
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
