// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.spi.Workers;

/**
 * Splits a reduction into tasks. A long line is cut into pieces, whose results are reduced in turn;
 * the cuts depend on the shape alone.
 */
final class Reduction {
    /** Numbers of a piece of a dense line, and about those of a task. */
    static final long PIECE = 1 << 14;

    /** Rows of a piece of side-by-side lines. */
    static final long ROWS = 256;

    /** Lines of a task among side-by-side lines. */
    static final long COLUMNS = 256;

    private Reduction() {}

    /** The bytes of scratch memory that {@link #run} takes. */
    static long scratchBytes(LineReduction reduction, Lines lines) {
        long piece = piece(reduction, lines);
        long bytes = 0;
        for (long n = lines.n(); n > piece; ) {
            n = pieces(n, piece);
            bytes += reduction.itemSize() * lines.groups() * n * lines.width();
        }
        return bytes;
    }

    /** Writes the results densely to {@code out}, group after group. */
    static void run(Workers workers, LineReduction reduction, Lines lines, long out, long scratch) {
        long piece = piece(reduction, lines);
        long pieces = pieces(lines.n(), piece);
        long results = pieces == 1 ? out : scratch;
        if (piece == ROWS) {
            beside(workers, reduction, lines, results);
        } else if (pieces == 1) {
            dense(workers, reduction, lines, results);
        } else {
            cut(workers, reduction, lines, results);
        }
        if (pieces > 1) {
            long step = reduction.itemSize() * lines.width();
            long group = step * pieces;
            long width = lines.width();
            Lines rest = new Lines(scratch, lines.groups(), 1, group, 0, pieces, step, width);
            run(workers, reduction.ofResults(), rest, out, scratch + group * lines.groups());
        }
    }

    private static void dense(Workers workers, LineReduction reduction, Lines lines, long results) {
        long size = reduction.itemSize();
        long n = lines.n();
        workers.parallel(
                lines.groups(),
                PIECE / Math.max(n, 1),
                (start, end) -> {
                    if (lines.fold() == 1) {
                        long rows = end - start;
                        long out = results + size * start;
                        reduction.rows(lines.at(start), lines.outerStep(), rows, n, out);
                        return;
                    }
                    for (long group = start; group < end; group++) {
                        reduction.rows(lines.at(group), 0, 1, n, results + size * group);
                    }
                });
    }

    private static void cut(Workers workers, LineReduction reduction, Lines lines, long results) {
        long size = reduction.itemSize();
        long pieces = pieces(lines.n(), PIECE);
        workers.parallel(
                lines.groups() * pieces,
                1,
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        long first = task % pieces * PIECE;
                        long from = lines.at(task / pieces) + size * first;
                        long count = Math.min(PIECE, lines.n() - first);
                        reduction.rows(from, 0, 1, count, results + size * task);
                    }
                });
    }

    private static void beside(
            Workers workers, LineReduction reduction, Lines lines, long results) {
        long size = reduction.itemSize();
        long n = lines.n();
        long step = lines.step();
        long width = lines.width();
        long pieces = pieces(n, ROWS);
        long blocks = pieces(width, COLUMNS);
        long work = Math.max(1, Math.min(n, ROWS) * Math.min(width, COLUMNS));
        workers.parallel(
                lines.groups() * pieces * blocks,
                Math.max(1, PIECE / work),
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        long piece = task / blocks;
                        long row = piece % pieces * ROWS;
                        long column = task % blocks * COLUMNS;
                        reduction.columns(
                                lines.at(piece / pieces) + row * step + size * column,
                                step,
                                Math.min(ROWS, n - row),
                                Math.min(COLUMNS, width - column),
                                results + size * (piece * width + column));
                    }
                });
    }

    private static long piece(LineReduction reduction, Lines lines) {
        return lines.isDense(reduction.itemSize()) ? PIECE : ROWS;
    }

    private static long pieces(long count, long piece) {
        return Math.max(1, (count + piece - 1) / piece);
    }
}
