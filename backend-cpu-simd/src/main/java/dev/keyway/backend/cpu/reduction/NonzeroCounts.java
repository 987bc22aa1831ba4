// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** How many elements have a bit of a mask, for elements of 1, 4 and 8 bytes. */
final class NonzeroCounts {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final IntVector INT_ZERO = IntVector.zero(INTS);
    private static final LongVector LONG_ZERO = LongVector.zero(LONGS);

    private NonzeroCounts() {}

    private static IntVector intsAt(long at) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(INTS, ALL, at, ORDER));
    }

    private static LongVector longsAt(long at) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(LONGS, ALL, at, ORDER));
    }

    /** 1 where a bit is set: the sign of a number or of its opposite. */
    private static IntVector ones(IntVector x) {
        return x.or(INT_ZERO.sub(x)).lanewise(VectorOperators.LSHR, Integer.SIZE - 1);
    }

    private static LongVector ones(LongVector x) {
        return x.or(LONG_ZERO.sub(x)).lanewise(VectorOperators.LSHR, Long.SIZE - 1);
    }

    /** Of bytes that are 0 or 1, of which eight are added at once. */
    static long bytes(long at, int count) {
        long found = 0;
        int i = 0;
        for (; i <= count - Long.BYTES; i += Long.BYTES) {
            found += Long.bitCount(Memory.getLong(at + i));
        }
        for (; i < count; i++) {
            found += Memory.getByte(at + i);
        }
        return found;
    }

    /** Of i32 or, without the sign, of f32. */
    static long ints(long at, int count, int mask) {
        IntVector masks = IntVector.broadcast(INTS, mask);
        IntVector first = INT_ZERO;
        IntVector second = INT_ZERO;
        int step = INTS.length();
        int full = count - count % (2 * step);
        for (int i = 0; i < full; i += 2 * step) {
            first = ones(intsAt(at + 4L * i).and(masks)).add(first);
            second = ones(intsAt(at + 4L * (i + step)).and(masks)).add(second);
        }
        long found = INT_ZERO.add(first).add(second).reduceLanes(VectorOperators.ADD);
        for (int i = full; i < count; i++) {
            found += (Memory.getInt(at + 4L * i) & mask) == 0 ? 0 : 1;
        }
        return found;
    }

    /** Of i64 or, without the sign, of f64. */
    static long longs(long at, int count, long mask) {
        LongVector masks = LongVector.broadcast(LONGS, mask);
        LongVector first = LONG_ZERO;
        LongVector second = LONG_ZERO;
        int step = LONGS.length();
        int full = count - count % (2 * step);
        for (int i = 0; i < full; i += 2 * step) {
            first = ones(longsAt(at + 8L * i).and(masks)).add(first);
            second = ones(longsAt(at + 8L * (i + step)).and(masks)).add(second);
        }
        long found = LONG_ZERO.add(first).add(second).reduceLanes(VectorOperators.ADD);
        for (int i = full; i < count; i++) {
            found += (Memory.getLong(at + 8L * i) & mask) == 0 ? 0 : 1;
        }
        return found;
    }

    /** Of lines side by side, whose elements lie at {@code inside}. */
    static void columns(
            int size, boolean floating, long at, long[] inside, int width, long[] counts) {
        Arrays.fill(counts, 0);
        for (long offset : inside) {
            switch (size) {
                case 1 -> byteRow(at + offset, width, counts);
                case 4 -> intRow(at + offset, width, floating ? Integer.MAX_VALUE : -1, counts);
                default -> longRow(at + offset, width, floating ? Long.MAX_VALUE : -1, counts);
            }
        }
    }

    private static void byteRow(long at, int width, long[] counts) {
        for (int i = 0; i < width; i++) {
            counts[i] += Memory.getByte(at + i);
        }
    }

    private static void intRow(long at, int width, int mask, long[] counts) {
        for (int i = 0; i < width; i++) {
            int bits = Memory.getInt(at + 4L * i) & mask;
            counts[i] += (bits | -bits) >>> 31;
        }
    }

    private static void longRow(long at, int width, long mask, long[] counts) {
        LongVector masks = LongVector.broadcast(LONGS, mask);
        int step = LONGS.length();
        int full = width - width % step;
        for (int i = 0; i < full; i += step) {
            LongVector row = ones(longsAt(at + 8L * i).and(masks));
            Exact.LONGS.cast(LongVector.fromArray(LONGS, counts, i)).add(row).intoArray(counts, i);
        }
        for (int i = full; i < width; i++) {
            counts[i] += (Memory.getLong(at + 8L * i) & mask) == 0 ? 0 : 1;
        }
    }
}
