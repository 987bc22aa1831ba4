// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Spare;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * f64 rows of the error function, 2 ulp, and of the gelu, 3 ulp of x: below 1 by the function's
 * series, above by its complement. Loops over arrays, as the compiler stops to inline into one that
 * has grown long.
 */
final class DoubleErrorRows {
    private static final int SIZE = Double.BYTES;

    /** Elements that are computed at once. */
    private static final int BLOCK = 256;

    private static final DoubleVector ONE = splat(1);
    private static final DoubleVector HALF = splat(0.5);
    private static final DoubleVector ROOT_HALF = splat(0.7071067811865476);

    /** Beyond it the complement is 0. */
    private static final DoubleVector END = splat(28);

    private static final LongVector SIGN = splat(0).reinterpretAsLongs().add(Long.MIN_VALUE);

    /** Calls leave no arrays. */
    private static final Spare<DoubleErrorRows> SPARE = new Spare<>(DoubleErrorRows::new);

    private final double[] x = new double[BLOCK];
    private final double[] scaled = new double[BLOCK];
    private final double[] rest = new double[BLOCK];

    private DoubleErrorRows() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }

    static void erf(long out, long a, long count) {
        DoubleErrorRows block = SPARE.take();
        for (long start = 0; start < count; start += BLOCK) {
            int size = (int) Math.min(BLOCK, count - start);
            read(a + SIZE * start, block.scaled, size);
            complements(block.scaled, block.rest, size);
            errors(block.scaled, block.rest, size);
            write(block.rest, out + SIZE * start, size);
        }
        SPARE.give(block);
    }

    static void gelu(long out, long a, long count) {
        DoubleErrorRows block = SPARE.take();
        for (long start = 0; start < count; start += BLOCK) {
            int size = (int) Math.min(BLOCK, count - start);
            read(a + SIZE * start, block.x, size);
            scale(block.x, block.scaled, size);
            complements(block.scaled, block.rest, size);
            errors(block.scaled, block.rest, size);
            products(block.x, block.rest, size);
            write(block.rest, out + SIZE * start, size);
        }
        SPARE.give(block);
    }

    private static void read(long a, double[] array, int size) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, a, array, 0, size);
    }

    private static void write(double[] array, long out, int size) {
        MemorySegment.copy(array, 0, ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, out, size);
    }

    private static void scale(double[] x, double[] scaled, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            ROOT_HALF.mul(load(x, i)).intoArray(scaled, i);
        }
    }

    /** The complement of the error function of the magnitudes. */
    private static void complements(double[] x, double[] rest, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            DoubleFunctions.complement(load(x, i).abs().min(END)).intoArray(rest, i);
        }
    }

    /** The error function in place of the complement. */
    private static void errors(double[] x, double[] rest, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            LongVector sign = load(x, i).reinterpretAsLongs().and(SIGN);
            DoubleVector a = load(x, i).abs();
            DoubleVector large = ONE.sub(load(rest, i));
            DoubleVector small = DoubleFunctions.nearError(a.min(ONE));
            DoubleVector magnitude = large.blend(small, a.compare(VectorOperators.LT, ONE));
            magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles().intoArray(rest, i);
        }
    }

    private static void products(double[] x, double[] errors, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            load(errors, i).fma(HALF, HALF).mul(load(x, i)).intoArray(errors, i);
        }
    }
}
