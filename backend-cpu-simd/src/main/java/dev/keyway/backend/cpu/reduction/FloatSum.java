// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in f32. A dense line goes through the lanes of {@link FloatLanes}, or four of them when it
 * is shorter than that; of lines side by side four rows are added up before they meet the sum.
 */
final class FloatSum implements LineReduction {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        if (n < FloatLanes.LANES) {
            for (long r = 0; r < rows; r++) {
                Memory.putFloat(out + SIZE * r, shortRow(self + r * step, n));
            }
            return;
        }
        float[] lanes = FloatLanes.own();
        for (long r = 0; r < rows; r++) {
            float sum = FloatLanes.total(self + r * step, Math.toIntExact(n), lanes);
            Memory.putFloat(out + SIZE * r, sum);
        }
    }

    private static float shortRow(long self, long n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        long i = 0;
        for (; i < n - 3; i += 4) {
            long at = self + SIZE * i;
            s0 += Memory.getFloat(at);
            s1 += Memory.getFloat(at + SIZE);
            s2 += Memory.getFloat(at + 2 * SIZE);
            s3 += Memory.getFloat(at + 3 * SIZE);
        }
        for (; i < n; i++) {
            s0 += Memory.getFloat(self + SIZE * i);
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        if (width == 1) {
            Memory.putFloat(out, line(self, step, n));
            return;
        }
        for (long i = 0; i < width; i++) {
            Memory.putFloat(out + SIZE * i, 0);
        }
        long r = 0;
        for (; r < n - 3; r += 4) {
            addFour(self + r * step, step, width, out);
        }
        for (; r < n; r++) {
            add(self + r * step, width, out);
        }
    }

    /** As a column of a wider group. */
    private static float line(long self, long step, long n) {
        float sum = 0;
        long r = 0;
        for (; r < n - 3; r += 4) {
            sum += four(self + r * step, step);
        }
        for (; r < n; r++) {
            sum += Memory.getFloat(self + r * step);
        }
        return sum;
    }

    private static void addFour(long self, long step, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            long at = self + SIZE * i;
            FloatVector first = load(at).add(load(at + step));
            FloatVector second = load(at + 2 * step).add(load(at + 3 * step));
            load(out + SIZE * i)
                    .add(first.add(second))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            float sum = Memory.getFloat(out + SIZE * i);
            Memory.putFloat(out + SIZE * i, sum + four(self + SIZE * i, step));
        }
    }

    private static void add(long self, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            load(out + SIZE * i)
                    .add(load(self + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            float sum = Memory.getFloat(out + SIZE * i);
            Memory.putFloat(out + SIZE * i, sum + Memory.getFloat(self + SIZE * i));
        }
    }

    private static float four(long at, long step) {
        float first = Memory.getFloat(at) + Memory.getFloat(at + step);
        return first + (Memory.getFloat(at + 2 * step) + Memory.getFloat(at + 3 * step));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
