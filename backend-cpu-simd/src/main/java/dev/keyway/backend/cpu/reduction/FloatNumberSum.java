// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums in f32 that pass over NaN, in the order of {@link FloatSum}: with 0 in the place of NaN. */
final class FloatNumberSum implements LineReduction {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    @Override
    public LineReduction ofResults() {
        return new FloatSum();
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
            Arrays.fill(lanes, 0);
            FloatLanes.numbers(self + r * step, Math.toIntExact(n), lanes);
            Memory.putFloat(out + SIZE * r, FloatLanes.fold(lanes));
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
            s0 += number(at);
            s1 += number(at + SIZE);
            s2 += number(at + 2 * SIZE);
            s3 += number(at + 3 * SIZE);
        }
        for (; i < n; i++) {
            s0 += number(self + SIZE * i);
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
            sum += number(self + r * step);
        }
        return sum;
    }

    private static void addFour(long self, long step, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            long at = self + SIZE * i;
            FloatVector first = numbers(at).add(numbers(at + step));
            FloatVector second = numbers(at + 2 * step).add(numbers(at + 3 * step));
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
                    .add(numbers(self + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            float sum = Memory.getFloat(out + SIZE * i);
            Memory.putFloat(out + SIZE * i, sum + number(self + SIZE * i));
        }
    }

    private static float four(long at, long step) {
        float first = number(at) + number(at + step);
        return first + (number(at + 2 * step) + number(at + 3 * step));
    }

    private static float number(long at) {
        float x = Memory.getFloat(at);
        return Float.isNaN(x) ? 0 : x;
    }

    private static FloatVector numbers(long at) {
        FloatVector x = load(at);
        return x.blend(ZERO, x.compare(VectorOperators.NE, x));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
