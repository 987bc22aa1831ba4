// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 rows of three operands and a factor; every operation is rounded. Dense operands go by
 * vectors, others element by element.
 */
final class FloatTernary {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatTernary() {}

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
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
        float factor = (float) value;
        boolean dense = stepA == 1 && stepB == 1 && stepC == 1;
        long full = dense ? count - count % LENGTH : 0;
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            FloatVector y = load(b + SIZE * i);
            FloatVector z = load(c + SIZE * i);
            x.add(y.mul(factors).mul(z)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            float z = Memory.getFloat(c + SIZE * i * stepC);
            Memory.putFloat(out + SIZE * i, x + y * factor * z);
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
        float factor = (float) value;
        boolean dense = stepA == 1 && stepB == 1 && stepC == 1;
        long full = dense ? count - count % LENGTH : 0;
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            FloatVector y = load(b + SIZE * i);
            FloatVector z = load(c + SIZE * i);
            x.add(y.mul(factors).div(z)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            float z = Memory.getFloat(c + SIZE * i * stepC);
            Memory.putFloat(out + SIZE * i, x + y * factor / z);
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
            from(out, a, stepA, a, stepA, b, stepB, (float) value, count);
        } else {
            from(out, b, stepB, a, stepA, b, stepB, (float) -(1 - value), count);
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
            float factor,
            long count) {
        boolean dense = stepBase == 1 && stepA == 1 && stepB == 1;
        long full = dense ? count - count % LENGTH : 0;
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(base + SIZE * i);
            FloatVector y = load(a + SIZE * i);
            FloatVector z = load(b + SIZE * i);
            x.add(z.sub(y).mul(factors)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(base + SIZE * i * stepBase);
            float way =
                    Memory.getFloat(b + SIZE * i * stepB) - Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, x + way * factor);
        }
    }
}
