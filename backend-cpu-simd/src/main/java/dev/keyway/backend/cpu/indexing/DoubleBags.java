// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
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
        int start = bags.starts()[bag];
        int end = bags.starts()[bag + 1];
        if (bags.mode() != Bags.LARGEST && bags.factors() == 0) {
            sum(bags, start, end, to);
            return;
        }
        ALL.asSlice(to, SIZE * bags.width()).fill((byte) 0);
        boolean first = true;
        for (int j = start; j < end; j++) {
            int row = bags.rows()[j];
            if (row < 0) {
                continue;
            }
            long from = bags.weight() + SIZE * bags.width() * row;
            if (bags.mode() == Bags.LARGEST) {
                largest(to, from, bags.width(), first);
            } else {
                add(to, from, bags.width(), Memory.getDouble(bags.factors() + (long) SIZE * j));
            }
            first = false;
        }
    }

    /** Sums or means: the rows of some columns are added up in registers. */
    private static void sum(Bags bags, int start, int end, long to) {
        int[] rows = bags.rows();
        int count = 0;
        for (int j = start; j < end; j++) {
            count += rows[j] < 0 ? 0 : 1;
        }
        double divisor = bags.mode() == Bags.MEAN ? Math.max(1, count) : 1;
        long line = SIZE * bags.width();
        long four = bags.width() - bags.width() % (4 * LENGTH);
        for (long at = 0; at < SIZE * four; at += SIZE * 4 * LENGTH) {
            columns(rows, start, end, bags.weight() + at, line, divisor, to + at);
        }
        long full = bags.width() - bags.width() % LENGTH;
        for (long at = SIZE * four; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int j = start; j < end; j++) {
                if (rows[j] >= 0) {
                    sum = sum.add(load(bags.weight() + at + line * rows[j]));
                }
            }
            sum.div(divisor).intoMemorySegment(ALL, to + at, ORDER);
        }
        for (long at = SIZE * full; at < line; at += SIZE) {
            double sum = 0;
            for (int j = start; j < end; j++) {
                if (rows[j] >= 0) {
                    sum += Memory.getDouble(bags.weight() + at + line * rows[j]);
                }
            }
            Memory.putDouble(to + at, sum / divisor);
        }
    }

    /** Four vectors of columns. */
    private static void columns(
            int[] rows, int start, int end, long weight, long line, double divisor, long to) {
        DoubleVector a = DoubleVector.zero(SPECIES);
        DoubleVector b = a;
        DoubleVector c = a;
        DoubleVector d = a;
        for (int j = start; j < end; j++) {
            if (rows[j] >= 0) {
                long from = weight + line * rows[j];
                a = a.add(load(from));
                b = b.add(load(from + SIZE * LENGTH));
                c = c.add(load(from + 2 * SIZE * LENGTH));
                d = d.add(load(from + 3 * SIZE * LENGTH));
            }
        }
        a.div(divisor).intoMemorySegment(ALL, to, ORDER);
        b.div(divisor).intoMemorySegment(ALL, to + SIZE * LENGTH, ORDER);
        c.div(divisor).intoMemorySegment(ALL, to + 2 * SIZE * LENGTH, ORDER);
        d.div(divisor).intoMemorySegment(ALL, to + 3 * SIZE * LENGTH, ORDER);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
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
