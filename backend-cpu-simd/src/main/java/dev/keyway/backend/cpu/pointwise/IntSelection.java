// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Chooses elements of 32 bits by a row of truth values; operands step by 0 or 1. */
final class IntSelection {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int STEP = Math.max(LENGTH, MaskBytes.COUNT);
    private static final int SIZE = Integer.BYTES;

    private IntSelection() {}

    private static IntVector load(long address, long step) {
        return step == 0
                ? Exact.INTS.cast(IntVector.broadcast(SPECIES, Memory.getInt(address)))
                : Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /** {@code out = condition ? a : b}; the condition steps by 1. */
    static void where(
            long out, long condition, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = MaskBytes.get(condition + i, STEP);
            for (int k = 0; k < STEP; k += LENGTH) {
                VectorMask<Integer> mask = VectorMask.fromLong(SPECIES, bits >>> k);
                IntVector no = load(b + SIZE * (i + k) * stepB, stepB);
                no.blend(load(a + SIZE * (i + k) * stepA, stepA), mask)
                        .intoMemorySegment(ALL, out + SIZE * (i + k), ORDER);
            }
        }
        for (long i = full; i < count; i++) {
            boolean yes = Memory.getByte(condition + i) != 0;
            long from = yes ? a + SIZE * i * stepA : b + SIZE * i * stepB;
            Memory.putInt(out + SIZE * i, Memory.getInt(from));
        }
    }
}
