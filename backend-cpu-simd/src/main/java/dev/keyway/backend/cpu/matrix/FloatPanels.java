// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/** Packing of f32 operands into panels as the tile reads them. Strides are in bytes. */
public final class FloatPanels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = FloatTile.COLUMNS;

    /** A square, and one to transpose it. */
    private static final ThreadLocal<float[]> BLOCK =
            ThreadLocal.withInitial(() -> new float[2 * LENGTH * LENGTH]);

    private FloatPanels() {}

    /**
     * Copies up to {@link FloatTile#ROWS} rows, scaled, k numbers each at a distance of {@link
     * FloatTile#DEPTH}; rows that are missing from a small tile become 0.
     */
    public static void rows(
            float[] panel, long a, long rowBytes, long kBytes, int rows, int k, float scale) {
        int tiles = (rows + FloatTile.FEW - 1) / FloatTile.FEW;
        rows(panel, a, rowBytes, kBytes, rows, tiles * FloatTile.FEW, k, scale);
    }

    /** The same for a tile of a height: rows that it has more become 0. */
    public static void rows(
            float[] panel,
            long a,
            long rowBytes,
            long kBytes,
            int rows,
            int height,
            int k,
            float scale) {
        int done = 0;
        if (rowBytes == Float.BYTES && kBytes != Float.BYTES) {
            done = k - k % LENGTH;
            across(panel, a, kBytes, rows, done, scale);
        }
        int first = 0;
        if (kBytes == Float.BYTES && k >= LENGTH) {
            for (; first <= rows - 4; first += 4) {
                int target = first * FloatTile.DEPTH;
                four(panel, target, a + first * rowBytes, rowBytes, k, scale);
            }
        }
        for (int r = first; r < rows; r++) {
            int target = r * FloatTile.DEPTH + done;
            long source = a + r * rowBytes + done * kBytes;
            if (kBytes == Float.BYTES) {
                row(panel, target, source, k, scale);
            } else {
                stridedRow(panel, target, source, kBytes, k - done, scale);
            }
        }
        for (int r = rows; r < height; r++) {
            Arrays.fill(panel, r * FloatTile.DEPTH, r * FloatTile.DEPTH + k, 0);
        }
    }

    /** Rows that lie side by side, by transposing squares. */
    private static void across(float[] panel, long a, long kBytes, int rows, int k, float scale) {
        float[] block = BLOCK.get();
        for (int r = 0; r < rows; r += LENGTH) {
            int used = Math.min(LENGTH, rows - r);
            VectorMask<Float> mask = SPECIES.indexInRange(0, used);
            for (int p = 0; p < k; p += LENGTH) {
                for (int q = 0; q < LENGTH; q++) {
                    long source = a + (p + q) * kBytes + (long) BYTES / LENGTH * r;
                    FloatVector.fromMemorySegment(SPECIES, ALL, source, ORDER, mask)
                            .mul(scale)
                            .intoArray(block, q * LENGTH);
                }
                FloatTransposition.run(block);
                for (int q = 0; q < used; q++) {
                    FloatVector.fromArray(SPECIES, block, q * LENGTH)
                            .intoArray(panel, (r + q) * FloatTile.DEPTH + p);
                }
            }
        }
    }

    /** Four rows together, of a vector or more; the last vectors begin before the others end. */
    private static void four(
            float[] panel, int target, long source, long rowBytes, int k, float scale) {
        FloatVector factor = FloatVector.broadcast(SPECIES, scale);
        int last = k - LENGTH;
        for (int p = 0; p < k; p += LENGTH) {
            int place = Math.min(p, last);
            int at = target + place;
            long row = source + (long) Float.BYTES * place;
            load(row).mul(factor).intoArray(panel, at);
            load(row + rowBytes).mul(factor).intoArray(panel, at + FloatTile.DEPTH);
            load(row + 2 * rowBytes).mul(factor).intoArray(panel, at + 2 * FloatTile.DEPTH);
            load(row + 3 * rowBytes).mul(factor).intoArray(panel, at + 3 * FloatTile.DEPTH);
        }
    }

    private static void row(float[] panel, int target, long source, int k, float scale) {
        int full = k - k % LENGTH;
        for (int p = 0; p < full; p += LENGTH) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) Float.BYTES * p, ORDER)
                    .mul(scale)
                    .intoArray(panel, target + p);
        }
        for (int p = full; p < k; p++) {
            panel[target + p] = scale * Memory.getFloat(source + (long) Float.BYTES * p);
        }
    }

    private static void stridedRow(
            float[] panel, int target, long source, long kBytes, int k, float scale) {
        for (int p = 0; p < k; p++) {
            panel[target + p] = scale * Memory.getFloat(source + p * kBytes);
        }
    }

    /** Packs up to {@link FloatTile#COLUMNS} columns, k numbers each; missing columns become 0. */
    public static void columns(
            long panel, long b, long kBytes, long columnBytes, int columns, int k) {
        if (columns == COLUMNS && columnBytes == Float.BYTES) {
            wide(panel, b, kBytes, k);
            return;
        }
        int done = kBytes == Float.BYTES ? squares(panel, b, columnBytes, columns, k) : 0;
        for (int j = 0; j < COLUMNS; j++) {
            long target = panel + (long) Float.BYTES * j;
            if (j < done) {
                int p = k - k % LENGTH;
                column(target + 2L * BYTES * p, b + j * columnBytes + kBytes * p, kBytes, k - p);
            } else if (j < columns) {
                column(target, b + j * columnBytes, kBytes, k);
            } else {
                zeros(target, k);
            }
        }
    }

    private static void wide(long panel, long b, long kBytes, int k) {
        for (int p = 0; p < k; p++) {
            long source = b + p * kBytes;
            long target = panel + 2L * BYTES * p;
            FloatVector.fromMemorySegment(SPECIES, ALL, source, ORDER)
                    .intoMemorySegment(ALL, target, ORDER);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + BYTES, ORDER)
                    .intoMemorySegment(ALL, target + BYTES, ORDER);
        }
    }

    /** Transposes what whole squares hold of columns that lie along k; says how many columns. */
    private static int squares(long panel, long b, long columnBytes, int columns, int k) {
        float[] block = BLOCK.get();
        int whole = columns - columns % LENGTH;
        for (int j = 0; j < whole; j += LENGTH) {
            for (int p = 0; p <= k - LENGTH; p += LENGTH) {
                square(
                        panel + (long) Float.BYTES * j + 2L * BYTES * p,
                        b + j * columnBytes + (long) Float.BYTES * p,
                        columnBytes,
                        block);
            }
        }
        return whole;
    }

    private static void square(long target, long source, long columnBytes, float[] block) {
        for (int j = 0; j < LENGTH; j++) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + j * columnBytes, ORDER)
                    .intoArray(block, j * LENGTH);
        }
        FloatTransposition.run(block);
        for (int p = 0; p < LENGTH; p++) {
            FloatVector.fromArray(SPECIES, block, p * LENGTH)
                    .intoMemorySegment(ALL, target + 2L * BYTES * p, ORDER);
        }
    }

    private static void column(long target, long source, long kBytes, int k) {
        for (int p = 0; p < k; p++) {
            Memory.putFloat(target + 2L * BYTES * p, Memory.getFloat(source + p * kBytes));
        }
    }

    private static void zeros(long target, int k) {
        for (int p = 0; p < k; p++) {
            Memory.putFloat(target + 2L * BYTES * p, 0);
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
