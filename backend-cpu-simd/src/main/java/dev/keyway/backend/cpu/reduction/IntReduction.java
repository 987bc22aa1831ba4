// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ReduceOp;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums, which wrap around, and extremes in i32; in any order they are the same.
 *
 * @param op SUM, AMAX or AMIN
 */
record IntReduction(ReduceOp op) implements LineReduction {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Integer.BYTES;
    private static final long BYTES = SPECIES.vectorByteSize();

    @Override
    public int itemSize() {
        return Integer.BYTES;
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        for (long r = 0; r < rows; r++) {
            long row = self + r * step;
            Memory.putInt(
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

    private static int sum(long a, long n) {
        IntVector r0 = IntVector.broadcast(SPECIES, 0);
        IntVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).add(r0);
            r1 = load(a + SIZE * (i + LENGTH)).add(r1);
        }
        int result = Exact.INTS.cast(r0).add(r1).reduceLanes(VectorOperators.ADD);
        for (long i = full; i < n; i++) {
            int x = Memory.getInt(a + SIZE * i);
            result = result + x;
        }
        return result;
    }

    private static int sum(long a, long step, long n) {
        int result = 0;
        for (long r = 0; r < n; r++) {
            int x = Memory.getInt(a + r * step);
            result = result + x;
        }
        return result;
    }

    private static void sum(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            IntVector r0 = IntVector.broadcast(SPECIES, 0);
            IntVector r1 = r0;
            IntVector r2 = r0;
            IntVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).add(r0);
                r1 = load(at + BYTES).add(r1);
                r2 = load(at + 2 * BYTES).add(r2);
                r3 = load(at + 3 * BYTES).add(r3);
            }
            long to = out + SIZE * i;
            Exact.INTS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.INTS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.INTS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.INTS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            IntVector result = IntVector.broadcast(SPECIES, 0);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).add(result);
            }
            Exact.INTS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putInt(out + SIZE * i, sum(a + SIZE * i, step, n));
        }
    }

    static int largest(long a, long n) {
        IntVector r0 = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
        IntVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).max(r0);
            r1 = load(a + SIZE * (i + LENGTH)).max(r1);
        }
        int result = Exact.INTS.cast(r0).max(r1).reduceLanes(VectorOperators.MAX);
        for (long i = full; i < n; i++) {
            int x = Memory.getInt(a + SIZE * i);
            result = Math.max(result, x);
        }
        return result;
    }

    private static int largest(long a, long step, long n) {
        int result = Integer.MIN_VALUE;
        for (long r = 0; r < n; r++) {
            int x = Memory.getInt(a + r * step);
            result = Math.max(result, x);
        }
        return result;
    }

    private static void largest(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            IntVector r0 = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
            IntVector r1 = r0;
            IntVector r2 = r0;
            IntVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).max(r0);
                r1 = load(at + BYTES).max(r1);
                r2 = load(at + 2 * BYTES).max(r2);
                r3 = load(at + 3 * BYTES).max(r3);
            }
            long to = out + SIZE * i;
            Exact.INTS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.INTS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.INTS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.INTS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            IntVector result = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).max(result);
            }
            Exact.INTS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putInt(out + SIZE * i, largest(a + SIZE * i, step, n));
        }
    }

    static int smallest(long a, long n) {
        IntVector r0 = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
        IntVector r1 = r0;
        long full = n - n % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            r0 = load(a + SIZE * i).min(r0);
            r1 = load(a + SIZE * (i + LENGTH)).min(r1);
        }
        int result = Exact.INTS.cast(r0).min(r1).reduceLanes(VectorOperators.MIN);
        for (long i = full; i < n; i++) {
            int x = Memory.getInt(a + SIZE * i);
            result = Math.min(result, x);
        }
        return result;
    }

    private static int smallest(long a, long step, long n) {
        int result = Integer.MAX_VALUE;
        for (long r = 0; r < n; r++) {
            int x = Memory.getInt(a + r * step);
            result = Math.min(result, x);
        }
        return result;
    }

    private static void smallest(long a, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            IntVector r0 = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
            IntVector r1 = r0;
            IntVector r2 = r0;
            IntVector r3 = r0;
            for (long r = 0; r < n; r++) {
                long at = a + SIZE * i + r * step;
                r0 = load(at).min(r0);
                r1 = load(at + BYTES).min(r1);
                r2 = load(at + 2 * BYTES).min(r2);
                r3 = load(at + 3 * BYTES).min(r3);
            }
            long to = out + SIZE * i;
            Exact.INTS.cast(r0).intoMemorySegment(ALL, to, ORDER);
            Exact.INTS.cast(r1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.INTS.cast(r2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.INTS.cast(r3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            IntVector result = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
            for (long r = 0; r < n; r++) {
                result = load(a + SIZE * i + r * step).min(result);
            }
            Exact.INTS.cast(result).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            Memory.putInt(out + SIZE * i, smallest(a + SIZE * i, step, n));
        }
    }
}
