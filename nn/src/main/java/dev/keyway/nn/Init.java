// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Initial values as PyTorch's layers choose them. */
final class Init {
    private Init() {}

    /**
     * Uniform in {@code ±1/sqrt(fanIn)}: Kaiming's uniform initialisation with a = sqrt(5) (He et
     * al., "Delving Deep into Rectifiers", 2015).
     */
    static Tensor uniform(
            Device device, DType dtype, @Nullable Generator generator, long fanIn, long... sizes) {
        double bound = 1 / Math.sqrt(fanIn);
        try (Tensor unit = Ops.rand(device, dtype, generator, sizes);
                Tensor scaled = unit.mul(2 * bound)) {
            return scaled.sub(bound);
        }
    }
}
