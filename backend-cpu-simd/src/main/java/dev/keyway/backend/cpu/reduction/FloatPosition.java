// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The first extreme of f32 lines: its value first, exactly, then the first element equal to it. */
final class FloatPosition implements LinePosition {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private final boolean largest;

    FloatPosition(boolean largest) {
        this.largest = largest;
    }

    @Override
    public long dense(long address, long n) {
        float extreme = largest ? largest(address, n) : smallest(address, n);
        return Float.isNaN(extreme) ? firstNan(address, n) : first(address, n, extreme);
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static float largest(long a, long n) {
        FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector other = best;
        long pairs = n - n % (2 * LENGTH);
        for (long i = 0; i < pairs; i += 2 * LENGTH) {
            best = load(a + SIZE * i).max(best);
            other = load(a + SIZE * (i + LENGTH)).max(other);
        }
        float[] lanes = best.max(other).toArray();
        float result = Float.NEGATIVE_INFINITY;
        for (float value : lanes) {
            result = Math.max(result, value);
        }
        for (long i = pairs; i < n; i++) {
            result = Math.max(result, Memory.getFloat(a + SIZE * i));
        }
        return result;
    }

    private static float smallest(long a, long n) {
        FloatVector best = FloatVector.broadcast(SPECIES, Float.POSITIVE_INFINITY);
        FloatVector other = best;
        long pairs = n - n % (2 * LENGTH);
        for (long i = 0; i < pairs; i += 2 * LENGTH) {
            best = load(a + SIZE * i).min(best);
            other = load(a + SIZE * (i + LENGTH)).min(other);
        }
        float[] lanes = best.min(other).toArray();
        float result = Float.POSITIVE_INFINITY;
        for (float value : lanes) {
            result = Math.min(result, value);
        }
        for (long i = pairs; i < n; i++) {
            result = Math.min(result, Memory.getFloat(a + SIZE * i));
        }
        return result;
    }

    private static long first(long a, long n, float extreme) {
        long full = n - n % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Float> equal = load(a + SIZE * i).compare(VectorOperators.EQ, extreme);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        long i = full;
        while (Memory.getFloat(a + SIZE * i) != extreme) {
            i++;
        }
        return i;
    }

    private static long firstNan(long a, long n) {
        long full = n - n % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Float> nan = load(a + SIZE * i).test(VectorOperators.IS_NAN);
            if (nan.anyTrue()) {
                return i + nan.firstTrue();
            }
        }
        long i = full;
        while (!Float.isNaN(Memory.getFloat(a + SIZE * i))) {
            i++;
        }
        return i;
    }

    @Override
    public long strided(long address, long step, long n) {
        long best = 0;
        float extreme = Memory.getFloat(address);
        for (long i = 1; i < n && !Float.isNaN(extreme); i++) {
            float x = Memory.getFloat(address + step * i);
            if (largest ? x > extreme : x < extreme) {
                best = i;
                extreme = x;
            } else if (Float.isNaN(x)) {
                return i;
            }
        }
        return best;
    }
}
