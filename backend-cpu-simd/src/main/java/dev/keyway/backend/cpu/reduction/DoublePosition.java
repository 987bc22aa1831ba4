// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The first extreme of f64 lines: its value first, exactly, then the first element equal to it. */
final class DoublePosition implements LinePosition {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private final boolean largest;

    DoublePosition(boolean largest) {
        this.largest = largest;
    }

    @Override
    public long dense(long address, long n) {
        double extreme = largest ? largest(address, n) : smallest(address, n);
        return Double.isNaN(extreme) ? firstNan(address, n) : first(address, n, extreme);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static double largest(long a, long n) {
        DoubleVector best = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector other = best;
        long pairs = n - n % (2 * LENGTH);
        for (long i = 0; i < pairs; i += 2 * LENGTH) {
            best = load(a + SIZE * i).max(best);
            other = load(a + SIZE * (i + LENGTH)).max(other);
        }
        double[] lanes = best.max(other).toArray();
        double result = Double.NEGATIVE_INFINITY;
        for (double value : lanes) {
            result = Math.max(result, value);
        }
        for (long i = pairs; i < n; i++) {
            result = Math.max(result, Memory.getDouble(a + SIZE * i));
        }
        return result;
    }

    private static double smallest(long a, long n) {
        DoubleVector best = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
        DoubleVector other = best;
        long pairs = n - n % (2 * LENGTH);
        for (long i = 0; i < pairs; i += 2 * LENGTH) {
            best = load(a + SIZE * i).min(best);
            other = load(a + SIZE * (i + LENGTH)).min(other);
        }
        double[] lanes = best.min(other).toArray();
        double result = Double.POSITIVE_INFINITY;
        for (double value : lanes) {
            result = Math.min(result, value);
        }
        for (long i = pairs; i < n; i++) {
            result = Math.min(result, Memory.getDouble(a + SIZE * i));
        }
        return result;
    }

    private static long first(long a, long n, double extreme) {
        long full = n - n % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Double> equal = load(a + SIZE * i).compare(VectorOperators.EQ, extreme);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        long i = full;
        while (Memory.getDouble(a + SIZE * i) != extreme) {
            i++;
        }
        return i;
    }

    private static long firstNan(long a, long n) {
        long full = n - n % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Double> nan = load(a + SIZE * i).test(VectorOperators.IS_NAN);
            if (nan.anyTrue()) {
                return i + nan.firstTrue();
            }
        }
        long i = full;
        while (!Double.isNaN(Memory.getDouble(a + SIZE * i))) {
            i++;
        }
        return i;
    }

    @Override
    public long strided(long address, long step, long n) {
        long best = 0;
        double extreme = Memory.getDouble(address);
        for (long i = 1; i < n && !Double.isNaN(extreme); i++) {
            double x = Memory.getDouble(address + step * i);
            if (largest ? x > extreme : x < extreme) {
                best = i;
                extreme = x;
            } else if (Double.isNaN(x)) {
                return i;
            }
        }
        return best;
    }
}
