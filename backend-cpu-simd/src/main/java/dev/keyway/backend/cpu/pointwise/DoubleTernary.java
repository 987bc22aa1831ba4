// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 rows of three operands and a factor; every operation is rounded. Dense operands go by
 * vectors, others element by element.
 */
final class DoubleTernary {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoubleTernary() {}

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /** {@code a + factor b c}. */
    static void addcmul(
            long out,
            long a,
            long stepA,
            long b,
            long stepB,
            long c,
            long stepC,
            double value,
            long count) {
        double factor = value;
        boolean dense = stepA == 1 && stepB == 1 && stepC == 1;
        long full = dense ? count - count % LENGTH : 0;
        DoubleVector factors = DoubleVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            DoubleVector y = load(b + SIZE * i);
            DoubleVector z = load(c + SIZE * i);
            x.add(y.mul(factors).mul(z)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i * stepA);
            double y = Memory.getDouble(b + SIZE * i * stepB);
            double z = Memory.getDouble(c + SIZE * i * stepC);
            Memory.putDouble(out + SIZE * i, x + y * factor * z);
        }
    }

    /** {@code a + factor b / c}. */
    static void addcdiv(
            long out,
            long a,
            long stepA,
            long b,
            long stepB,
            long c,
            long stepC,
            double value,
            long count) {
        double factor = value;
        boolean dense = stepA == 1 && stepB == 1 && stepC == 1;
        long full = dense ? count - count % LENGTH : 0;
        DoubleVector factors = DoubleVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            DoubleVector y = load(b + SIZE * i);
            DoubleVector z = load(c + SIZE * i);
            x.add(y.mul(factors).div(z)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i * stepA);
            double y = Memory.getDouble(b + SIZE * i * stepB);
            double z = Memory.getDouble(c + SIZE * i * stepC);
            Memory.putDouble(out + SIZE * i, x + y * factor / z);
        }
    }

    /** From a to b by a factor, from the nearer end; c is not read. */
    static void lerp(
            long out,
            long a,
            long stepA,
            long b,
            long stepB,
            long c,
            long stepC,
            double value,
            long count) {
        if (Math.abs(value) < 0.5) {
            from(out, a, stepA, a, stepA, b, stepB, value, count);
        } else {
            from(out, b, stepB, a, stepA, b, stepB, -(1 - value), count);
        }
    }

    /** {@code base + factor (b - a)}. */
    private static void from(
            long out,
            long base,
            long stepBase,
            long a,
            long stepA,
            long b,
            long stepB,
            double factor,
            long count) {
        boolean dense = stepBase == 1 && stepA == 1 && stepB == 1;
        long full = dense ? count - count % LENGTH : 0;
        DoubleVector factors = DoubleVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(base + SIZE * i);
            DoubleVector y = load(a + SIZE * i);
            DoubleVector z = load(b + SIZE * i);
            x.add(z.sub(y).mul(factors)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(base + SIZE * i * stepBase);
            double way =
                    Memory.getDouble(b + SIZE * i * stepB) - Memory.getDouble(a + SIZE * i * stepA);
            Memory.putDouble(out + SIZE * i, x + way * factor);
        }
    }
}
