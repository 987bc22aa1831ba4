// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import dev.keyway.spi.KernelRegistry;

/**
 * A family of vectorised kernels; found by {@code ServiceLoader} in this bundle, once the Vector
 * API is known to be there. Registering only names kernels.
 */
public interface KernelFamily {
    /**
     * Names the family's kernels.
     *
     * @param registry where
     * @param plain the plain kernels, for the opcodes and dtypes that are not vectorised
     */
    void register(KernelRegistry registry, PlainFallback plain);
}
