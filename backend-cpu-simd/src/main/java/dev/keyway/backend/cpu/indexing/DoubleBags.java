// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** f64 rows joined to bags, in the order of the numbers; of none, zeros. */
final class DoubleBags {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoubleBags() {}

    /** Fills one bag. */
    static void fill(Bags bags, int bag) {
        long to = bags.out() + SIZE * bags.width() * bag;
        ALL.asSlice(to, SIZE * bags.width()).fill((byte) 0);
        int count = 0;
        for (int j = bags.starts()[bag]; j < bags.starts()[bag + 1]; j++) {
            int row = bags.rows()[j];
            if (row < 0) {
                continue;
            }
            long from = bags.weight() + SIZE * bags.width() * row;
            if (bags.mode() == Bags.LARGEST) {
                largest(to, from, bags.width(), count == 0);
            } else if (bags.factors() == 0) {
                RowSum.F64.add(to, from, bags.width());
            } else {
                add(to, from, bags.width(), Memory.getDouble(bags.factors() + (long) SIZE * j));
            }
            count++;
        }
        if (bags.mode() == Bags.MEAN && count > 1) {
            divide(to, bags.width(), count);
        }
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    /** {@code to += from * factor}, product and sum rounded. */
    private static void add(long to, long from, long count, double factor) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            load(to + at).add(load(from + at).mul(factor)).intoMemorySegment(ALL, to + at, ORDER);
        }
        for (long at = SIZE * full; at < SIZE * count; at += SIZE) {
            Memory.putDouble(
                    to + at, Memory.getDouble(to + at) + Memory.getDouble(from + at) * factor);
        }
    }

    private static void divide(long to, long count, double divisor) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            load(to + at).div(divisor).intoMemorySegment(ALL, to + at, ORDER);
        }
        for (long at = SIZE * full; at < SIZE * count; at += SIZE) {
            Memory.putDouble(to + at, Memory.getDouble(to + at) / divisor);
        }
    }

    /** NaN is the largest. */
    private static void largest(long to, long from, long count, boolean first) {
        if (first) {
            Moves.block(to, from, SIZE * count);
            return;
        }
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            load(to + at).max(load(from + at)).intoMemorySegment(ALL, to + at, ORDER);
        }
        for (long at = SIZE * full; at < SIZE * count; at += SIZE) {
            Memory.putDouble(
                    to + at, Math.max(Memory.getDouble(to + at), Memory.getDouble(from + at)));
        }
    }
}
