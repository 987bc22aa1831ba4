// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** f32 sums with a factor. */
final class FloatScaledAdd {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatScaledAdd() {}

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /** {@code out = a + alpha * b}, the product rounded before the sum. */
    static void run(long out, long a, long b, float alpha, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(b + SIZE * i)
                    .mul(alpha)
                    .add(load(a + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float scaled = Memory.getFloat(b + SIZE * i) * alpha;
            Memory.putFloat(out + SIZE * i, scaled + Memory.getFloat(a + SIZE * i));
        }
    }

    /** As above for a row of any strides, in bytes. */
    static void run(
            long out,
            long stepOut,
            long a,
            long stepA,
            long b,
            long stepB,
            float alpha,
            long count) {
        for (long i = 0; i < count; i++) {
            float scaled = Memory.getFloat(b + i * stepB) * alpha;
            Memory.putFloat(out + i * stepOut, scaled + Memory.getFloat(a + i * stepA));
        }
    }
}
