// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ReduceOp;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums, which wrap around, and extremes in i64; in any order they are the same.
 *
 * @param op SUM, AMAX or AMIN
 */
record LongReduction(ReduceOp op) implements LineReduction {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Long.BYTES;
    private static final long BYTES = SPECIES.vectorByteSize();

    @Override
    public int itemSize() {
        return Long.BYTES;
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        for (long r = 0; r < rows; r++) {
            long row = self + r * step;
            Memory.putLong(
                    out + SIZE * r,
                    switch (op) {
                        case SUM -> sum(row, n);
                        case AMAX -> largest(row, n);
                        default -> smallest(row, n);
                    });
        }
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        switch (op) {
            case SUM -> sum(self, step, n, width, out);
            case AMAX -> largest(self, step, n, width, out);
            default -> smallest(self, step, n, width, out);
        }
    }

    private static long sum(long a, long n) {
        LongVector r0 = LongVector.broadcast(SPECIES, 0);
        LongVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).add(r0);
            r1 = load(a + SIZE * (i + LENGTH)).add(r1);
        }
        long result = Exact.LONGS.cast(r0).add(r1).reduceLanes(VectorOperators.ADD);
        for (long i = full; i < n; i++) {
            long x = Memory.getLong(a + SIZE * i);
            result = result + x;
        }
        return result;
    }

    private static long sum(long a, long step, long n) {
        long result = 0;
        for (long r = 0; r < n; r++) {
            long x = Memory.getLong(a + r * step);
            result = result + x;
        }
        return result;
    }

    private static void sum(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            LongVector r0 = LongVector.broadcast(SPECIES, 0);
            LongVector r1 = r0;
            LongVector r2 = r0;
            LongVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).add(r0);
                r1 = load(at + BYTES).add(r1);
                r2 = load(at + 2 * BYTES).add(r2);
                r3 = load(at + 3 * BYTES).add(r3);
            }
            long to = out + SIZE * i;
            Exact.LONGS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.LONGS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.LONGS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.LONGS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            LongVector result = LongVector.broadcast(SPECIES, 0);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).add(result);
            }
            Exact.LONGS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putLong(out + SIZE * i, sum(a + SIZE * i, step, n));
        }
    }

    static long largest(long a, long n) {
        LongVector r0 = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
        LongVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).max(r0);
            r1 = load(a + SIZE * (i + LENGTH)).max(r1);
        }
        long result = Exact.LONGS.cast(r0).max(r1).reduceLanes(VectorOperators.MAX);
        for (long i = full; i < n; i++) {
            long x = Memory.getLong(a + SIZE * i);
            result = Math.max(result, x);
        }
        return result;
    }

    private static long largest(long a, long step, long n) {
        long result = Long.MIN_VALUE;
        for (long r = 0; r < n; r++) {
            long x = Memory.getLong(a + r * step);
            result = Math.max(result, x);
        }
        return result;
    }

    private static void largest(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            LongVector r0 = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
            LongVector r1 = r0;
            LongVector r2 = r0;
            LongVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).max(r0);
                r1 = load(at + BYTES).max(r1);
                r2 = load(at + 2 * BYTES).max(r2);
                r3 = load(at + 3 * BYTES).max(r3);
            }
            long to = out + SIZE * i;
            Exact.LONGS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.LONGS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.LONGS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.LONGS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            LongVector result = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).max(result);
            }
            Exact.LONGS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putLong(out + SIZE * i, largest(a + SIZE * i, step, n));
        }
    }

    static long smallest(long a, long n) {
        LongVector r0 = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
        LongVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).min(r0);
            r1 = load(a + SIZE * (i + LENGTH)).min(r1);
        }
        long result = Exact.LONGS.cast(r0).min(r1).reduceLanes(VectorOperators.MIN);
        for (long i = full; i < n; i++) {
            long x = Memory.getLong(a + SIZE * i);
            result = Math.min(result, x);
        }
        return result;
    }

    private static long smallest(long a, long step, long n) {
        long result = Long.MAX_VALUE;
        for (long r = 0; r < n; r++) {
            long x = Memory.getLong(a + r * step);
            result = Math.min(result, x);
        }
        return result;
    }

    private static void smallest(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            LongVector r0 = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
            LongVector r1 = r0;
            LongVector r2 = r0;
            LongVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).min(r0);
                r1 = load(at + BYTES).min(r1);
                r2 = load(at + 2 * BYTES).min(r2);
                r3 = load(at + 3 * BYTES).min(r3);
            }
            long to = out + SIZE * i;
            Exact.LONGS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.LONGS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.LONGS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.LONGS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            LongVector result = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).min(result);
            }
            Exact.LONGS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putLong(out + SIZE * i, smallest(a + SIZE * i, step, n));
        }
    }
}
