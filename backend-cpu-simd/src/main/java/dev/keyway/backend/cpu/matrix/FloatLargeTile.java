// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tiles of {@link FloatLargeProduct}, 6 rows by the vectors of two panels or of one: one
 * accumulator each, a fused multiply-add per product, in order of k. Rows that are packed lie at a
 * distance of {@link #DEPTH} numbers, tile after tile.
 */
final class FloatLargeTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Rows of a tile. */
    static final int ROWS = 6;

    /** The most products of a block: of so many, two panels are 32 KB. */
    static final int DEPTH = 128;

    /** Of the bytes from one row to the next: their multiples are offsets of an address then. */
    static final int DISTANCE = (1 << 27) - 1;

    /** From one packed row to the next, in bytes. */
    static final int ROW = Float.BYTES * DEPTH;

    private static final int TILE = ROWS * 2 * LANES;

    private FloatLargeTile() {}

    /** Packs k numbers of each row from an array of {@link FloatPanels#rows}. */
    static void place(float[] panel, int from, int k, long target) {
        for (int r = 0; r < ROWS; r++) {
            int at = from + r * FloatTile.DEPTH;
            long row = target + r * ROW;
            int p = 0;
            for (; p <= k - LANES; p += LANES) {
                FloatVector.fromArray(SPECIES, panel, at + p)
                        .intoMemorySegment(ALL, row + (long) Float.BYTES * p, ORDER);
            }
            for (; p < k; p++) {
                Memory.putFloat(row + (long) Float.BYTES * p, panel[at + p]);
            }
        }
    }

    /**
     * {@code sums += a * b} in two panels.
     *
     * @param a address of the first row's first number
     * @param distance from one row to the next, in bytes, up to {@link #DISTANCE}
     * @param b address of the first panel's packed numbers, two vectors for each k
     * @param second from there to the second panel's, in bytes
     * @param k number of products
     * @param sums row-major, of the first panel and then of the second
     * @param at index of the first
     */
    static void pair(long a, int distance, long b, int second, int k, float[] sums, int at) {
        // Not negative, as the compiler must see: else it compares each address again.
        int one = distance & DISTANCE;
        int three = 3 * one;
        int five = 5 * one;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, sums, at + LANES);
        FloatVector s0x2 = FloatVector.fromArray(SPECIES, sums, at + TILE);
        FloatVector s0x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
        FloatVector s1x2 = FloatVector.fromArray(SPECIES, sums, at + TILE + 2 * LANES);
        FloatVector s1x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + 3 * LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
        FloatVector s2x2 = FloatVector.fromArray(SPECIES, sums, at + TILE + 4 * LANES);
        FloatVector s2x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + 5 * LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
        FloatVector s3x2 = FloatVector.fromArray(SPECIES, sums, at + TILE + 6 * LANES);
        FloatVector s3x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + 7 * LANES);
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
        FloatVector s4x2 = FloatVector.fromArray(SPECIES, sums, at + TILE + 8 * LANES);
        FloatVector s4x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + 9 * LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
        FloatVector s5x2 = FloatVector.fromArray(SPECIES, sums, at + TILE + 10 * LANES);
        FloatVector s5x3 = FloatVector.fromArray(SPECIES, sums, at + TILE + 11 * LANES);
        long far = second & Integer.MAX_VALUE;
        long numbers = Memory.bounded(a);
        long row = Memory.bounded(b);
        long end = numbers + (long) Float.BYTES * k;
        for (int p = 0; p < k; p++) {
            long from = numbers + (long) Float.BYTES * p;
            long place = row + 2L * BYTES * p;
            FloatVector b0 = load(place);
            FloatVector b1 = load(place + BYTES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from));
            FloatVector x1 =
                    FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + one));
            FloatVector x2 =
                    FloatVector.broadcast(
                            SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + ((long) one << 1)));
            FloatVector x3 =
                    FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + three));
            FloatVector x4 =
                    FloatVector.broadcast(
                            SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + ((long) one << 2)));
            FloatVector x5 =
                    FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + five));
            s0x0 = x0.fma(b0, s0x0);
            s0x1 = x0.fma(b1, s0x1);
            s1x0 = x1.fma(b0, s1x0);
            s1x1 = x1.fma(b1, s1x1);
            s2x0 = x2.fma(b0, s2x0);
            s2x1 = x2.fma(b1, s2x1);
            s3x0 = x3.fma(b0, s3x0);
            s3x1 = x3.fma(b1, s3x1);
            s4x0 = x4.fma(b0, s4x0);
            s4x1 = x4.fma(b1, s4x1);
            s5x0 = x5.fma(b0, s5x0);
            s5x1 = x5.fma(b1, s5x1);
            // Never; but nothing is loaded before a branch that it is behind, else all 4 vectors,
            // for
            // which registers lack beside 24 sums and 6 numbers (ADR 0017, 14).
            if (from == end) {
                break;
            }
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, ALL, place + far, ORDER);
            FloatVector b3 =
                    FloatVector.fromMemorySegment(SPECIES, ALL, place + far + BYTES, ORDER);
            s0x2 = x0.fma(b2, s0x2);
            s0x3 = x0.fma(b3, s0x3);
            s1x2 = x1.fma(b2, s1x2);
            s1x3 = x1.fma(b3, s1x3);
            s2x2 = x2.fma(b2, s2x2);
            s2x3 = x2.fma(b3, s2x3);
            s3x2 = x3.fma(b2, s3x2);
            s3x3 = x3.fma(b3, s3x3);
            s4x2 = x4.fma(b2, s4x2);
            s4x3 = x4.fma(b3, s4x3);
            s5x2 = x5.fma(b2, s5x2);
            s5x3 = x5.fma(b3, s5x3);
        }
        s0x0.intoArray(sums, at);
        s0x1.intoArray(sums, at + LANES);
        s0x2.intoArray(sums, at + TILE);
        s0x3.intoArray(sums, at + TILE + LANES);
        s1x0.intoArray(sums, at + 2 * LANES);
        s1x1.intoArray(sums, at + 3 * LANES);
        s1x2.intoArray(sums, at + TILE + 2 * LANES);
        s1x3.intoArray(sums, at + TILE + 3 * LANES);
        s2x0.intoArray(sums, at + 4 * LANES);
        s2x1.intoArray(sums, at + 5 * LANES);
        s2x2.intoArray(sums, at + TILE + 4 * LANES);
        s2x3.intoArray(sums, at + TILE + 5 * LANES);
        s3x0.intoArray(sums, at + 6 * LANES);
        s3x1.intoArray(sums, at + 7 * LANES);
        s3x2.intoArray(sums, at + TILE + 6 * LANES);
        s3x3.intoArray(sums, at + TILE + 7 * LANES);
        s4x0.intoArray(sums, at + 8 * LANES);
        s4x1.intoArray(sums, at + 9 * LANES);
        s4x2.intoArray(sums, at + TILE + 8 * LANES);
        s4x3.intoArray(sums, at + TILE + 9 * LANES);
        s5x0.intoArray(sums, at + 10 * LANES);
        s5x1.intoArray(sums, at + 11 * LANES);
        s5x2.intoArray(sums, at + TILE + 10 * LANES);
        s5x3.intoArray(sums, at + TILE + 11 * LANES);
    }

    /** The same in one panel. */
    static void single(long a, int distance, long b, int k, float[] sums, int at) {
        int one = distance & DISTANCE;
        int three = 3 * one;
        int five = 5 * one;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, sums, at + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
        long numbers = Memory.bounded(a);
        long row = Memory.bounded(b);
        for (int p = 0; p < k; p++) {
            long from = numbers + (long) Float.BYTES * p;
            long place = row + 2L * BYTES * p;
            FloatVector b0 = load(place);
            FloatVector b1 = load(place + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from));
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + one));
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x =
                    FloatVector.broadcast(
                            SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + ((long) one << 1)));
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + three));
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x =
                    FloatVector.broadcast(
                            SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + ((long) one << 2)));
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, ALL.get(JAVA_FLOAT_UNALIGNED, from + five));
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
        }
        s0x0.intoArray(sums, at);
        s0x1.intoArray(sums, at + LANES);
        s1x0.intoArray(sums, at + 2 * LANES);
        s1x1.intoArray(sums, at + 3 * LANES);
        s2x0.intoArray(sums, at + 4 * LANES);
        s2x1.intoArray(sums, at + 5 * LANES);
        s3x0.intoArray(sums, at + 6 * LANES);
        s3x1.intoArray(sums, at + 7 * LANES);
        s4x0.intoArray(sums, at + 8 * LANES);
        s4x1.intoArray(sums, at + 9 * LANES);
        s5x0.intoArray(sums, at + 10 * LANES);
        s5x1.intoArray(sums, at + 11 * LANES);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
