// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Spare;
import java.util.List;

/** Transposes squares of elements through memory of its own; for one thread. */
interface Tile {
    /** Rows and columns. */
    int BLOCK = 16;

    /** Those that nobody uses; of elements of 2, 4 and 8 bytes. */
    List<Spare<Tile>> SPARE =
            List.of(
                    new Spare<>(ShortTile::new),
                    new Spare<>(IntTile::new),
                    new Spare<>(LongTile::new));

    /** Tiles for elements of 2, 4 or 8 bytes. */
    static Spare<Tile> of(int size) {
        return SPARE.get(Integer.numberOfTrailingZeros(size) - 1);
    }

    /** From columns that lie apart to rows that do; distances are in bytes. */
    void transpose(long to, long toRow, long from, long fromColumn);
}
