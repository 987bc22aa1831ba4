// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/** Transposes squares of elements through memory of its own; for one thread. */
interface Tile {
    /** Rows and columns. */
    int BLOCK = 16;

    /** The tile for elements of 2, 4 or 8 bytes. */
    static Tile of(int size) {
        return switch (size) {
            case 2 -> new ShortTile();
            case 4 -> new IntTile();
            default -> new LongTile();
        };
    }

    /** From columns that lie apart to rows that do; distances are in bytes. */
    void transpose(long to, long toRow, long from, long fromColumn);
}
