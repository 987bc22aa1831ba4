// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Logarithms of sums of two exponentials in f64: the larger, and {@code log(1 + e^-d)} with the
 * distance d, in two loops over a block of numbers.
 */
final class DoubleLogSum {
    private static final int SIZE = Double.BYTES;
    private static final int BLOCK = 256;
    private static final DoubleVector ZERO = DoubleVector.broadcast(SPECIES, 0);

    private final double[] x = new double[BLOCK];
    private final double[] y = new double[BLOCK];
    private final double[] powers = new double[BLOCK];

    private DoubleLogSum() {}

    /** A row of both operands, which step by 0 or 1. */
    static void row(long out, long a, long stepA, long b, long stepB, long count) {
        DoubleLogSum block = new DoubleLogSum();
        for (long start = 0; start < count; start += BLOCK) {
            int size = (int) Math.min(BLOCK, count - start);
            fill(block.x, a + SIZE * start * stepA, stepA, size);
            fill(block.y, b + SIZE * start * stepB, stepB, size);
            powers(block.x, block.y, block.powers, size);
            sums(block.x, block.y, block.powers, size);
            MemorySegment.copy(
                    block.powers,
                    0,
                    ALL,
                    ValueLayout.JAVA_DOUBLE_UNALIGNED,
                    out + SIZE * start,
                    size);
        }
    }

    private static void fill(double[] array, long address, long step, int size) {
        if (step == 0) {
            Arrays.fill(array, Memory.getDouble(address));
        } else {
            MemorySegment.copy(ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address, array, 0, size);
        }
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }

    /** {@code e^-d}; equal infinities are not apart. */
    private static void powers(double[] x, double[] y, double[] powers, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            DoubleVector first = load(x, i);
            DoubleVector second = load(y, i);
            DoubleVector apart =
                    first.sub(second).abs().blend(ZERO, first.compare(VectorOperators.EQ, second));
            DoubleMath.exp(apart.neg()).intoArray(powers, i);
        }
    }

    private static void sums(double[] x, double[] y, double[] powers, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            DoubleVector larger = load(x, i).max(load(y, i));
            DoubleMath.log1p(load(powers, i)).add(larger).intoArray(powers, i);
        }
    }
}
