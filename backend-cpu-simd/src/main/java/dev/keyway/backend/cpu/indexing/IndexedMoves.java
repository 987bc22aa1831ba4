// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.ArgumentException;
import dev.keyway.backend.cpu.Memory;

/**
 * Lines of elements moved from or to places that an index names, with a loop for each size of
 * elements. Steps are in bytes; element i lies at {@code i * step} and, on the side that is
 * indexed, {@code place * placeStep} beyond.
 */
final class IndexedMoves {
    private IndexedMoves() {}

    private static ArgumentException outside(long index, long size) {
        return new ArgumentException(
                "index " + index + " is out of bounds for a dimension of size " + size);
    }

    /**
     * {@code out[i] = self[index[i]]}; the result is dense.
     *
     * @param size bytes of an element
     * @param n places there are
     */
    static void gather(
            int size,
            long out,
            long self,
            long placeStep,
            long step,
            long index,
            long indexStep,
            long n,
            long count) {
        switch (size) {
            case 4 -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    Memory.putInt(out + 4 * i, Memory.getInt(self + place * placeStep + i * step));
                }
            }
            case 8 -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    long from = self + place * placeStep + i * step;
                    Memory.putLong(out + 8 * i, Memory.getLong(from));
                }
            }
            default -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    Moves.element(size, out + size * i, self + place * placeStep + i * step);
                }
            }
        }
    }

    /**
     * {@code out[index[i]] = source[i]}, from the first to the last.
     *
     * @param size bytes of an element
     * @param n places there are
     */
    static void scatter(
            int size,
            long out,
            long placeStep,
            long step,
            long source,
            long sourceStep,
            long index,
            long indexStep,
            long n,
            long count) {
        switch (size) {
            case 4 -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    int value = Memory.getInt(source + i * sourceStep);
                    Memory.putInt(out + place * placeStep + i * step, value);
                }
            }
            case 8 -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    long value = Memory.getLong(source + i * sourceStep);
                    Memory.putLong(out + place * placeStep + i * step, value);
                }
            }
            default -> {
                for (long i = 0; i < count; i++) {
                    long place = Memory.getLong(index + i * indexStep);
                    if (place < 0 || place >= n) {
                        throw outside(place, n);
                    }
                    Moves.element(
                            size, out + place * placeStep + i * step, source + i * sourceStep);
                }
            }
        }
    }

    /** {@code out[index[i]] += source[i]} in a sum's dtype, from the first to the last. */
    static void add(
            RowSum sum,
            long out,
            long placeStep,
            long step,
            long source,
            long sourceStep,
            long index,
            long indexStep,
            long n,
            long count) {
        if (sum != RowSum.F32) {
            for (long i = 0; i < count; i++) {
                long place = Memory.getLong(index + i * indexStep);
                if (place < 0 || place >= n) {
                    throw outside(place, n);
                }
                sum.add(out + place * placeStep + i * step, source + i * sourceStep, 1);
            }
            return;
        }
        for (long i = 0; i < count; i++) {
            long place = Memory.getLong(index + i * indexStep);
            if (place < 0 || place >= n) {
                throw outside(place, n);
            }
            long to = out + place * placeStep + i * step;
            Memory.putFloat(to, Memory.getFloat(to) + Memory.getFloat(source + i * sourceStep));
        }
    }
}
