// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.spi.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 normalisation of groups of channels. A group's numbers are a dense row, whose sums run in the
 * lanes of {@link FloatLanes}; rows are independent tasks.
 */
final class FloatGroupNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;

    private FloatGroupNorm() {}

    /**
     * {@code out = (input - mean) * rstd * weight + bias}, with the mean and {@code 1 /
     * sqrt(variance + eps)} of each group, weight and bias of each channel.
     *
     * @param weight an address or 0, as bias
     */
    static void forward(
            Workers workers,
            GroupNorm shape,
            long input,
            long weight,
            long bias,
            double eps,
            long out) {
        int width = Math.toIntExact(shape.channels() * shape.plane());
        workers.parallel(
                shape.rows(),
                shape.chunk(),
                (from, to) -> {
                    float[] lanes = FloatLanes.own();
                    for (long row = from; row < to; row++) {
                        long x = input + SIZE * row * width;
                        float mean = FloatLayerNorm.mean(x, width, lanes);
                        float rstd = FloatLayerNorm.inverse(x, width, mean, eps, lanes);
                        for (long c = 0; c < shape.channels(); c++) {
                            long channel = row % shape.groups() * shape.channels() + c;
                            long at = SIZE * (row * width + c * shape.plane());
                            float w = weight == 0 ? 1 : Memory.getFloat(weight + SIZE * channel);
                            float b = bias == 0 ? 0 : Memory.getFloat(bias + SIZE * channel);
                            plane(input + at, out + at, shape.plane(), mean, rstd, w, b);
                        }
                    }
                });
    }

    private static void plane(
            long x, long y, long count, float mean, float rstd, float weight, float bias) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            Exact.FLOATS
                    .cast(FloatVector.fromMemorySegment(SPECIES, ALL, x + SIZE * i, ORDER))
                    .sub(mean)
                    .mul(rstd)
                    .mul(weight)
                    .add(bias)
                    .intoMemorySegment(ALL, y + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float unit = (Memory.getFloat(x + SIZE * i) - mean) * rstd;
            Memory.putFloat(y + SIZE * i, unit * weight + bias);
        }
    }
}
