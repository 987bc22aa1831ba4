// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import dev.keyway.spi.Workers;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 normalisation of groups of channels. A group's numbers are a dense row, whose sums run in the
 * lanes of {@link DoubleLanes}; rows are independent tasks.
 */
final class DoubleGroupNorm {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;

    private DoubleGroupNorm() {}

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
                    double[] lanes = DoubleLanes.own();
                    for (long row = from; row < to; row++) {
                        long x = input + SIZE * row * width;
                        double mean = DoubleLayerNorm.mean(x, width, lanes);
                        double rstd = DoubleLayerNorm.inverse(x, width, mean, eps, lanes);
                        for (long c = 0; c < shape.channels(); c++) {
                            long channel = row % shape.groups() * shape.channels() + c;
                            long at = SIZE * (row * width + c * shape.plane());
                            double w = weight == 0 ? 1 : Memory.getDouble(weight + SIZE * channel);
                            double b = bias == 0 ? 0 : Memory.getDouble(bias + SIZE * channel);
                            plane(input + at, out + at, shape.plane(), mean, rstd, w, b);
                        }
                    }
                });
    }

    private static void plane(
            long x, long y, long count, double mean, double rstd, double weight, double bias) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            Exact.DOUBLES
                    .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, x + SIZE * i, ORDER))
                    .sub(mean)
                    .mul(rstd)
                    .mul(weight)
                    .add(bias)
                    .intoMemorySegment(ALL, y + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double unit = (Memory.getDouble(x + SIZE * i) - mean) * rstd;
            Memory.putDouble(y + SIZE * i, unit * weight + bias);
        }
    }
}
