// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers of f32 rows: two to the power of exponent times binary logarithm, in f64 vectors, which
 * leaves 1 ulp of an f32. Bases that are not positive and finite and exponents or results at the
 * ends of the range are computed one by one, by the opcode's definition.
 */
final class FloatPower {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = WIDE.length();

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int SIZE = Float.BYTES;

    /** Results whose binary logarithm is beyond are near the ends of f32. */
    private static final double RANGE = 125.5;

    private static final DoubleVector V_0 = splat(0);
    private static final DoubleVector V_INFINITY = splat(Double.POSITIVE_INFINITY);
    private static final DoubleVector V_RANGE = splat(RANGE);
    private static final DoubleVector V_2 = splat(2);
    private static final DoubleVector V_3 = splat(3);
    private static final DoubleVector V_HALF = splat(0.5);

    private FloatPower() {}

    private static DoubleVector splat(double value) {
        return Exact.DOUBLES.cast(DoubleVector.broadcast(WIDE, value));
    }

    static void pow(long out, long a, long stepA, long b, long stepB, long count) {
        float only = stepB == 0 ? Memory.getFloat(b) : 0;
        if (stepA == 1 && only == 2) {
            square(out, a, count);
            return;
        }
        if (stepA == 1 && (only == 3 || only == 0.5f)) {
            product(out, a, only == 3, count);
            return;
        }
        if (stepA == 1 && stepB == 1) {
            rows(out, a, b, count);
        } else if (stepA == 1) {
            toNumber(out, a, only, count);
        } else {
            ofNumber(out, Memory.getFloat(a), b, stepB, count);
        }
    }

    /** A product rounds once, in f32 as in f64. */
    private static void square(long out, long a, long count) {
        long full = count - count % FLOATS.length();
        for (long i = 0; i < full; i += FLOATS.length()) {
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(FLOATS, ALL, a + SIZE * i, ORDER));
            x.mul(x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, x * x);
        }
    }

    /**
     * Cubes, which f64 rounds once before the result is, or square roots; the root of -0 is 0 and
     * that of -inf is inf, as powers have it.
     */
    private static void product(long out, long a, boolean cube, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = FloatHalves.load(a + SIZE * i);
            DoubleVector y = cube ? x.mul(x).mul(x) : root(x);
            FloatHalves.store(y, out + SIZE * i);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector x = FloatHalves.load(a + SIZE * full, rest);
            DoubleVector y = cube ? x.mul(x).mul(x) : root(x);
            FloatHalves.store(y, out + SIZE * full, rest);
        }
    }

    private static DoubleVector root(DoubleVector x) {
        VectorMask<Double> edge =
                x.compare(VectorOperators.EQ, 0)
                        .or(x.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY));
        return x.lanewise(VectorOperators.SQRT).blend(x.abs(), edge);
    }

    private static void rows(long out, long a, long b, long count) {
        double[] edges = new double[3 * LENGTH];
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            raise(
                    out + SIZE * i,
                    FloatHalves.load(a + SIZE * i),
                    FloatHalves.load(b + SIZE * i),
                    edges);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            DoubleVector exponent = FloatHalves.load(b + SIZE * full, rest);
            last(out + SIZE * full, FloatHalves.load(a + SIZE * full, rest), exponent, rest, edges);
        }
    }

    /** A row to the power of a number. */
    private static void toNumber(long out, long a, double exponent, long count) {
        double[] edges = new double[3 * LENGTH];
        DoubleVector exponents = splat(exponent);
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            raise(out + SIZE * i, FloatHalves.load(a + SIZE * i), exponents, edges);
        }
        if (full < count) {
            VectorMask<Float> rest = FloatHalves.below(count - full);
            last(
                    out + SIZE * full,
                    FloatHalves.load(a + SIZE * full, rest),
                    exponents,
                    rest,
                    edges);
        }
    }

    /** A number to the powers of a row, or to one, count times. */
    private static void ofNumber(long out, double base, long b, long stepB, long count) {
        double[] edges = new double[3 * LENGTH];
        DoubleVector bases = splat(base);
        long full = stepB == 0 ? 0 : count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            raise(out + SIZE * i, bases, FloatHalves.load(b + SIZE * i), edges);
        }
        for (long i = full; i < count; i += LENGTH) {
            VectorMask<Float> rest = FloatHalves.below(count - i);
            DoubleVector exponent =
                    stepB == 0 ? splat(Memory.getFloat(b)) : FloatHalves.load(b + SIZE * i, rest);
            last(out + SIZE * i, bases, exponent, rest, edges);
        }
    }

    /** Writes the powers of a vector. */
    private static void raise(long out, DoubleVector base, DoubleVector exponent, double[] edges) {
        DoubleVector log = WideFunctions.log2(base).mul(exponent);
        FloatHalves.store(WideFunctions.power(log), out);
        VectorMask<Double> plain =
                base.compare(VectorOperators.GT, V_0)
                        .and(base.compare(VectorOperators.LT, V_INFINITY))
                        .and(log.abs().compare(VectorOperators.LT, V_RANGE))
                        .and(exponent.compare(VectorOperators.NE, V_2))
                        .and(exponent.compare(VectorOperators.NE, V_HALF))
                        .and(exponent.compare(VectorOperators.NE, V_3));
        if (!plain.allTrue()) {
            base.intoArray(edges, 0);
            exponent.intoArray(edges, LENGTH);
            log.intoArray(edges, 2 * LENGTH);
            edges(out, edges, LENGTH);
        }
    }

    private static void last(
            long out,
            DoubleVector base,
            DoubleVector exponent,
            VectorMask<Float> rest,
            double[] edges) {
        DoubleVector log = WideFunctions.log2(base).mul(exponent);
        FloatHalves.store(WideFunctions.power(log), out, rest);
        base.intoArray(edges, 0);
        exponent.intoArray(edges, LENGTH);
        log.intoArray(edges, 2 * LENGTH);
        edges(out, edges, rest.trueCount());
    }

    /** Squares, cubes and roots as where all exponents are equal; others by the definition. */
    private static double power(double base, double exponent) {
        if (exponent == 0.5) {
            return base == 0 || base == Double.NEGATIVE_INFINITY ? Math.abs(base) : Math.sqrt(base);
        }
        return exponent == 2
                ? base * base
                : exponent == 3 ? base * base * base : BinaryOp.POW.apply(base, exponent);
    }

    /**
     * The elements for which the functions do not hold or a product does better.
     *
     * @param numbers bases, exponents and logarithms of the results, {@link #LENGTH} of each
     */
    private static void edges(long out, double[] numbers, int count) {
        for (int i = 0; i < count; i++) {
            double base = numbers[i];
            double exponent = numbers[LENGTH + i];
            boolean plain = base > 0 && base < Double.POSITIVE_INFINITY;
            boolean inRange = Math.abs(numbers[2 * LENGTH + i]) < RANGE;
            if (!plain || !inRange || exponent == 2 || exponent == 3 || exponent == 0.5) {
                Memory.putFloat(out + (long) SIZE * i, (float) power(base, exponent));
            }
        }
    }
}
