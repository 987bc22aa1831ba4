// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.ArgumentException;
import dev.keyway.backend.cpu.Memory;

/**
 * Lines of elements moved from or to places that an index names, with a loop for each size of
 * elements. Steps are in bytes; element i lies at {@code i * step} and, on the side that is
 * indexed, {@code place * placeStep} beyond. Loops count in ints, which the compiler unrolls.
 */
final class IndexedMoves {
    /** Elements of a loop. */
    private static final int MOST = 1 << 20;

    private IndexedMoves() {}

    private static ArgumentException outside(long index, long size) {
        return new ArgumentException(
                "index " + index + " is out of bounds for a dimension of size " + size);
    }

    /** The place that an index names, one of n. */
    private static long place(long index, long n) {
        long place = Memory.getLong(index);
        if (Long.compareUnsigned(place, n) >= 0) {
            throw outside(place, n);
        }
        return place;
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
        for (long i = 0; i < count; i += MOST) {
            int part = (int) Math.min(MOST, count - i);
            long to = out + i * size;
            long from = self + i * step;
            long places = index + i * indexStep;
            boolean dense = indexStep == Long.BYTES && step == 0;
            if (size == 4 && dense && placeStep == 4) {
                takeInts(to, from, places, n, part);
            } else if (size == 8 && dense && placeStep == 8) {
                takeLongs(to, from, places, n, part);
            } else if (size == 4) {
                gatherInts(to, from, placeStep, step, places, indexStep, n, part);
            } else if (size == 8) {
                gatherLongs(to, from, placeStep, step, places, indexStep, n, part);
            } else {
                gatherSmall(size, to, from, placeStep, step, places, indexStep, n, part);
            }
        }
    }

    /** All is dense. */
    private static void takeInts(long out, long self, long index, long n, int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + 8L * i, n);
            Memory.putInt(out + 4L * i, Memory.getInt(self + 4 * place));
        }
    }

    private static void takeLongs(long out, long self, long index, long n, int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + 8L * i, n);
            Memory.putLong(out + 8L * i, Memory.getLong(self + 8 * place));
        }
    }

    private static void gatherInts(
            long out,
            long self,
            long placeStep,
            long step,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + i * indexStep, n);
            Memory.putInt(out + 4L * i, Memory.getInt(self + place * placeStep + i * step));
        }
    }

    private static void gatherLongs(
            long out,
            long self,
            long placeStep,
            long step,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + i * indexStep, n);
            Memory.putLong(out + 8L * i, Memory.getLong(self + place * placeStep + i * step));
        }
    }

    private static void gatherSmall(
            int size,
            long out,
            long self,
            long placeStep,
            long step,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + i * indexStep, n);
            Moves.element(size, out + (long) size * i, self + place * placeStep + i * step);
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
        for (long i = 0; i < count; i += MOST) {
            int part = (int) Math.min(MOST, count - i);
            long to = out + i * step;
            long from = source + i * sourceStep;
            long places = index + i * indexStep;
            boolean dense = indexStep == Long.BYTES && step == 0 && sourceStep == size;
            if (size == 4 && dense && placeStep == 4) {
                putInts(to, from, places, n, part);
            } else if (size == 4) {
                scatterInts(to, placeStep, step, from, sourceStep, places, indexStep, n, part);
            } else if (size == 8) {
                scatterLongs(to, placeStep, step, from, sourceStep, places, indexStep, n, part);
            } else {
                for (int k = 0; k < part; k++) {
                    long place = place(places + k * indexStep, n);
                    Moves.element(size, to + place * placeStep + k * step, from + k * sourceStep);
                }
            }
        }
    }

    /** All is dense. */
    private static void putInts(long out, long source, long index, long n, int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + 8L * i, n);
            Memory.putInt(out + 4 * place, Memory.getInt(source + 4L * i));
        }
    }

    private static void scatterInts(
            long out,
            long placeStep,
            long step,
            long source,
            long sourceStep,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + i * indexStep, n);
            int value = Memory.getInt(source + i * sourceStep);
            Memory.putInt(out + place * placeStep + i * step, value);
        }
    }

    private static void scatterLongs(
            long out,
            long placeStep,
            long step,
            long source,
            long sourceStep,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long place = place(index + i * indexStep, n);
            long value = Memory.getLong(source + i * sourceStep);
            Memory.putLong(out + place * placeStep + i * step, value);
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
        for (long i = 0; i < count; i += MOST) {
            int part = (int) Math.min(MOST, count - i);
            long to = out + i * step;
            long from = source + i * sourceStep;
            long places = index + i * indexStep;
            boolean dense = indexStep == Long.BYTES && step == 0 && sourceStep == 4;
            if (sum == RowSum.F32 && dense && placeStep == 4) {
                addFloats(to, from, places, n, part);
            } else if (sum == RowSum.F32) {
                addFloats(to, placeStep, step, from, sourceStep, places, indexStep, n, part);
            } else {
                for (int k = 0; k < part; k++) {
                    long place = place(places + k * indexStep, n);
                    sum.addOne(to + place * placeStep + k * step, from + k * sourceStep);
                }
            }
        }
    }

    /** All is dense. */
    private static void addFloats(long out, long source, long index, long n, int count) {
        for (int i = 0; i < count; i++) {
            long to = out + 4 * place(index + 8L * i, n);
            Memory.putFloat(to, Memory.getFloat(to) + Memory.getFloat(source + 4L * i));
        }
    }

    private static void addFloats(
            long out,
            long placeStep,
            long step,
            long source,
            long sourceStep,
            long index,
            long indexStep,
            long n,
            int count) {
        for (int i = 0; i < count; i++) {
            long to = out + place(index + i * indexStep, n) * placeStep + i * step;
            Memory.putFloat(to, Memory.getFloat(to) + Memory.getFloat(source + i * sourceStep));
        }
    }
}
