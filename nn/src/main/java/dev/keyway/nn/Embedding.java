// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table for each number, i64 or i32. The row of the padding starts as zeros and is not
 * trained. Renormalizing rows ({@code max_norm}) is not supported.
 */
public final class Embedding extends NnModule {
    private final Tensor weight;
    private final long padding;

    /**
     * A table in f32, normally distributed.
     *
     * @param device where the parameters are
     * @param numbers number of rows
     * @param features size of a row
     * @param padding number of the padding; -1 for none
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public Embedding(
            Device device,
            long numbers,
            long features,
            long padding,
            @Nullable Generator generator) {
        if (padding < -1 || padding >= numbers) {
            throw new ArgumentException(
                    "Embedding: padding " + padding + " is not one of " + numbers + " numbers");
        }
        this.padding = padding;
        Tensor table = Ops.randn(device, DType.F32, generator, numbers, features);
        if (padding >= 0) {
            try (Tensor row = table.select(0, padding)) {
                row.zero_();
            }
        }
        weight = register("weight", table);
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.embedding(weight, input, padding);
    }
}
