// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Running extremes of f32. */
final class FloatRunningExtremes implements RunningExtremes {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> PLACES = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> WIDE = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;

    private final boolean largest;

    FloatRunningExtremes(boolean largest) {
        this.largest = largest;
    }

    @Override
    public void row(long values, long places, long self, long n) {
        if (largest) {
            maxima(values, places, self, n);
        } else {
            minima(values, places, self, n);
        }
    }

    private static void maxima(long values, long places, long self, long n) {
        float best = Float.NEGATIVE_INFINITY;
        long found = 0;
        for (long i = 0; i < n; i++) {
            float x = Memory.getFloat(self + SIZE * i);
            boolean wins = x >= best || Float.isNaN(x);
            best = wins ? x : best;
            found = wins ? i : found;
            Memory.putFloat(values + SIZE * i, best);
            Memory.putLong(places + Long.BYTES * i, found);
        }
    }

    private static void minima(long values, long places, long self, long n) {
        float best = Float.POSITIVE_INFINITY;
        long found = 0;
        for (long i = 0; i < n; i++) {
            float x = Memory.getFloat(self + SIZE * i);
            boolean wins = x <= best || Float.isNaN(x);
            best = wins ? x : best;
            found = wins ? i : found;
            Memory.putFloat(values + SIZE * i, best);
            Memory.putLong(places + Long.BYTES * i, found);
        }
    }

    @Override
    public void columns(long values, long places, long self, long n, long step, int width) {
        float[] best = new float[width];
        int[] found = new int[width];
        Arrays.fill(best, largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            if (largest) {
                maxima(values, places, self, j, step, best, found);
            } else {
                minima(values, places, self, j, step, best, found);
            }
        }
    }

    private static void maxima(
            long values, long places, long self, long j, long step, float[] best, int[] found) {
        int full = best.length - best.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(
                                    SPECIES, ALL, self + SIZE * (j * step + i), ORDER));
            FloatVector before = Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, best, i));
            VectorMask<Float> wins =
                    x.compare(VectorOperators.GE, before).or(x.test(VectorOperators.IS_NAN));
            FloatVector now = before.blend(x, wins);
            now.intoArray(best, i);
            now.intoMemorySegment(ALL, values + SIZE * (j * step + i), ORDER);
            IntVector at =
                    Exact.INTS
                            .cast(IntVector.fromArray(PLACES, found, i))
                            .blend((int) j, wins.cast(PLACES));
            at.intoArray(found, i);
            long to = places + Long.BYTES * (j * step + i);
            at.convertShape(VectorOperators.I2L, WIDE, 0).intoMemorySegment(ALL, to, ORDER);
            at.convertShape(VectorOperators.I2L, WIDE, 1)
                    .intoMemorySegment(ALL, to + WIDE.vectorByteSize(), ORDER);
        }
        for (int i = full; i < best.length; i++) {
            float x = Memory.getFloat(self + SIZE * (j * step + i));
            if (x >= best[i] || Float.isNaN(x)) {
                best[i] = x;
                found[i] = (int) j;
            }
            Memory.putFloat(values + SIZE * (j * step + i), best[i]);
            Memory.putLong(places + Long.BYTES * (j * step + i), found[i]);
        }
    }

    private static void minima(
            long values, long places, long self, long j, long step, float[] best, int[] found) {
        int full = best.length - best.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(
                                    SPECIES, ALL, self + SIZE * (j * step + i), ORDER));
            FloatVector before = Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, best, i));
            VectorMask<Float> wins =
                    x.compare(VectorOperators.LE, before).or(x.test(VectorOperators.IS_NAN));
            FloatVector now = before.blend(x, wins);
            now.intoArray(best, i);
            now.intoMemorySegment(ALL, values + SIZE * (j * step + i), ORDER);
            IntVector at =
                    Exact.INTS
                            .cast(IntVector.fromArray(PLACES, found, i))
                            .blend((int) j, wins.cast(PLACES));
            at.intoArray(found, i);
            long to = places + Long.BYTES * (j * step + i);
            at.convertShape(VectorOperators.I2L, WIDE, 0).intoMemorySegment(ALL, to, ORDER);
            at.convertShape(VectorOperators.I2L, WIDE, 1)
                    .intoMemorySegment(ALL, to + WIDE.vectorByteSize(), ORDER);
        }
        for (int i = full; i < best.length; i++) {
            float x = Memory.getFloat(self + SIZE * (j * step + i));
            if (x <= best[i] || Float.isNaN(x)) {
                best[i] = x;
                found[i] = (int) j;
            }
            Memory.putFloat(values + SIZE * (j * step + i), best[i]);
            Memory.putLong(places + Long.BYTES * (j * step + i), found[i]);
        }
    }
}
