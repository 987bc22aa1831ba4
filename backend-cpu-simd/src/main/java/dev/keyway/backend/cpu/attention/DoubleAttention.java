// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.attention.AttentionShape.KEYS;
import static dev.keyway.backend.cpu.attention.AttentionShape.ROWS;

import dev.keyway.backend.cpu.lanes.DoubleExp;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.backend.cpu.matrix.DoublePanels;
import dev.keyway.backend.cpu.matrix.DoubleTile;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f64 attention in blocks of queries and keys with running maximum and sum (Dao and others,
 * "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022, algorithm
 * 1). Both products run in the tiles of matrix products: keys are packed as columns once, values
 * are read where they are if they are as wide as a tile. The blocks' sizes are fixed, products run
 * in the order of features and keys, and the sum runs in fixed lanes, so that neither threads nor
 * vectors change a bit. A query that sees no key gets zeros, and a sum of positive infinity.
 */
public final class DoubleAttention {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int HEIGHT = DoubleTile.SOME;
    private static final int COLUMNS = DoubleTile.COLUMNS;
    private static final int DEPTH = DoubleTile.DEPTH;

    /** Partial sums of a query, as many as the widest vector has lanes. */
    private static final int LANES = 16;

    private static final Spare<DoubleAttention> SPARE = new Spare<>(DoubleAttention::new);

    private final RangeTask packing = this::pack;
    private final RangeTask computing = this::compute;

    private AttentionShape shape = AttentionShape.NONE;
    private Heads query = Heads.NONE;
    private Heads key = Heads.NONE;
    private Heads value = Heads.NONE;
    private long out;
    private long sums;
    private long keyPanels;
    private long valuePanels;
    private boolean inPlace;

    /** Panels of queries, each of up to DEPTH features; a shape uses the first of them. */
    private double[][] queries = {};

    private int parts;

    /** Scores of a group of queries, then their weights, as rows of a panel. */
    private final double[] scores = new double[HEIGHT * DEPTH];

    /** Tiles of the result, each of up to COLUMNS features; a shape uses the first of them. */
    private double[][] result = {};

    private int tiles;
    private final double[] tile = new double[HEIGHT * COLUMNS];
    private final double[] largest = new double[HEIGHT];
    private final double[] total = new double[HEIGHT * LANES];

    /** Whether a mask is added to the scores of the block. */
    private boolean masked;

    private DoubleAttention() {}

    private DoubleAttention describe(
            AttentionShape newShape,
            Heads newQuery,
            Heads newKey,
            Heads newValue,
            long newOut,
            long newSums,
            long scratch) {
        shape = newShape;
        query = newQuery;
        key = newKey;
        value = newValue;
        inPlace = inPlace(newShape, newValue);
        out = newOut;
        sums = newSums;
        keyPanels = scratch;
        valuePanels = scratch + newShape.heads() * (long) newShape.batch() * keyBytes(newShape);
        return this;
    }

    /** One with the same description and arrays for it, which the caller gives back. */
    private DoubleAttention another() {
        DoubleAttention task = SPARE.take();
        task.describe(shape, query, key, value, out, sums, keyPanels);
        task.parts = (shape.features() + DEPTH - 1) / DEPTH;
        task.tiles = panels(shape.width());
        if (task.queries.length < task.parts) {
            task.queries = new double[task.parts][HEIGHT * DEPTH];
        }
        if (task.result.length < task.tiles) {
            task.result = new double[task.tiles][HEIGHT * COLUMNS];
        }
        return task;
    }

    private static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    /** Of a head's packed keys. */
    private static long keyBytes(AttentionShape shape) {
        return (long) panels(shape.keys()) * COLUMNS * shape.features() * SIZE;
    }

    /** Of a head's packed values. */
    private static long valueBytes(AttentionShape shape) {
        return (long) panels(shape.width()) * COLUMNS * shape.keys() * SIZE;
    }

    /** Whether values are read where they are. */
    private static boolean inPlace(AttentionShape shape, Heads value) {
        return shape.width() % COLUMNS == 0 && value.columnStride() == 1;
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(AttentionShape shape, Heads value) {
        long each = keyBytes(shape) + (inPlace(shape, value) ? 0 : valueBytes(shape));
        return (long) shape.batch() * shape.heads() * each;
    }

    /**
     * Computes.
     *
     * @param out {@code [batch, heads, queries, width]}
     * @param sums logarithm of the sum of each query's exponentials
     * @param scratch memory of {@link #scratchBytes}
     */
    public static void forward(
            Workers workers,
            AttentionShape shape,
            Heads query,
            Heads key,
            Heads value,
            long out,
            long sums,
            long scratch) {
        DoubleAttention whole = SPARE.take();
        whole.describe(shape, query, key, value, out, sums, scratch);
        workers.parallel((long) shape.batch() * shape.heads(), 1, whole.packing);
        workers.parallel(shape.tasks(), 1, whole.computing);
        SPARE.give(whole);
    }

    private void compute(long from, long to) {
        DoubleAttention task = another();
        for (long index = from; index < to; index++) {
            task.block(index / shape.blocks(), (int) (index % shape.blocks()) * ROWS);
        }
        SPARE.give(task);
    }

    private void pack(long from, long to) {
        for (long head = from; head < to; head++) {
            pack(head);
        }
    }

    private void pack(long head) {
        int keys = shape.keys();
        for (int k = 0; k < keys; k += COLUMNS) {
            DoublePanels.columns(
                    keyPanel(head, k, 0),
                    key.at(SIZE, head, k, 0),
                    SIZE * key.columnStride(),
                    SIZE * key.rowStride(),
                    Math.min(COLUMNS, keys - k),
                    shape.features());
        }
        for (int c = 0; !inPlace && c < shape.width(); c += COLUMNS) {
            DoublePanels.columns(
                    valuePanel(head, 0, c),
                    value.at(SIZE, head, 0, c),
                    SIZE * value.rowStride(),
                    SIZE * value.columnStride(),
                    Math.min(COLUMNS, shape.width() - c),
                    keys);
        }
    }

    /** Where the packed keys from a multiple of COLUMNS on begin, from a feature on. */
    private long keyPanel(long head, int key, int feature) {
        long inside = (long) key * shape.features() + (long) feature * COLUMNS;
        return keyPanels + head * keyBytes(shape) + SIZE * inside;
    }

    private long valuePanel(long head, int key, int column) {
        if (inPlace) {
            return value.at(SIZE, head, key, column);
        }
        long inside = (long) column * shape.keys() + (long) key * COLUMNS;
        return valuePanels + head * valueBytes(shape) + SIZE * inside;
    }

    private void block(long head, int first) {
        int end = Math.min(first + ROWS, shape.queries());
        masked = shape.isMasked(SIZE, head, first);
        for (int row = first; row < end; row += HEIGHT) {
            group(head, row, Math.min(HEIGHT, end - row));
        }
    }

    /** As many queries as a tile has rows. */
    private void group(long head, int first, int count) {
        load(head, first, count);
        for (int c = 0; c < tiles; c++) {
            Arrays.fill(result[c], 0);
        }
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        Arrays.fill(total, 0);
        int end = shape.causal() ? Math.min(shape.keys(), first + count) : shape.keys();
        for (int start = 0; start < end; start += KEYS) {
            int used = Math.min(KEYS, end - start);
            products(head, start, used);
            int whole = panels(used) * COLUMNS;
            for (int r = 0; r < count; r++) {
                hide(head, first + r, start, used, whole, r * DEPTH);
                weigh(r, whole);
            }
            for (int c = 0; c < tiles; c++) {
                long values = valuePanel(head, start, c * COLUMNS);
                long rowBytes = SIZE * (inPlace ? value.rowStride() : COLUMNS);
                DoubleTile.multiplyRows(HEIGHT, scores, values, rowBytes, used, result[c], 0);
            }
        }
        store(head, first, count);
    }

    /** The queries, scaled; rows that are not there are 0. */
    private void load(long head, int first, int count) {
        for (int i = 0; i < parts; i++) {
            DoublePanels.rows(
                    queries[i],
                    query.at(SIZE, head, first, (long) i * DEPTH),
                    SIZE * query.rowStride(),
                    SIZE * query.columnStride(),
                    count,
                    HEIGHT,
                    Math.min(DEPTH, shape.features() - i * DEPTH),
                    shape.scale());
        }
    }

    /** The scores of the queries by a block of keys. */
    private void products(long head, int start, int used) {
        for (int c = 0; c < used; c += COLUMNS) {
            Arrays.fill(tile, 0);
            for (int i = 0; i < parts; i++) {
                int depth = Math.min(DEPTH, shape.features() - i * DEPTH);
                long keys = keyPanel(head, start + c, i * DEPTH);
                DoubleTile.multiplyRows(HEIGHT, queries[i], keys, SIZE * COLUMNS, depth, tile, 0);
            }
            for (int r = 0; r < HEIGHT; r++) {
                for (int e = 0; e < COLUMNS; e += LENGTH) {
                    DoubleVector.fromArray(SPECIES, tile, r * COLUMNS + e)
                            .intoArray(scores, r * DEPTH + c + e);
                }
            }
        }
    }

    /** Adds the mask; keys that a query does not see get negative infinity. */
    private void hide(long head, int row, int start, int used, int whole, int at) {
        if (masked) {
            long first = shape.maskStart(head, row) + start * shape.maskKey();
            long mask = shape.mask() + SIZE * first;
            if (shape.maskKey() == 1) {
                addMask(mask, used, at);
            } else {
                for (int k = 0; k < used; k++) {
                    scores[at + k] += Memory.getDouble(mask + SIZE * k * shape.maskKey());
                }
            }
        }
        int seen = shape.causal() ? Math.clamp(row - start + 1, 0, used) : used;
        Arrays.fill(scores, at + seen, at + whole, Double.NEGATIVE_INFINITY);
    }

    private void addMask(long mask, int used, int at) {
        int full = used - used % LENGTH;
        for (int k = 0; k < full; k += LENGTH) {
            DoubleVector.fromMemorySegment(SPECIES, ALL, mask + (long) SIZE * k, ORDER)
                    .add(DoubleVector.fromArray(SPECIES, scores, at + k))
                    .intoArray(scores, at + k);
        }
        for (int k = full; k < used; k++) {
            scores[at + k] += Memory.getDouble(mask + (long) SIZE * k);
        }
    }

    /** Turns the scores of a query into exponentials, and what was added before to their scale. */
    private void weigh(int r, int whole) {
        int at = r * DEPTH;
        double most = Math.max(largest[r], most(at, whole));
        if (most == Double.NEGATIVE_INFINITY) {
            Arrays.fill(scores, at, at + whole, 0);
            return;
        }
        double change = DoubleExp.exp(largest[r] - most);
        largest[r] = most;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            int of = r * LANES + lane;
            DoubleVector sum = DoubleVector.fromArray(SPECIES, total, of).mul(change);
            for (int c = lane; c < whole; c += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, scores, at + c).sub(most);
                DoubleVector weight = DoubleExp.exp(x);
                weight.intoArray(scores, at + c);
                sum = weight.add(sum);
            }
            sum.intoArray(total, of);
        }
        for (int c = 0; c < tiles; c++) {
            double[] part = result[c];
            for (int i = r * COLUMNS; i < (r + 1) * COLUMNS; i += LENGTH) {
                DoubleVector.fromArray(SPECIES, part, i).mul(change).intoArray(part, i);
            }
        }
    }

    /** The largest score; NaN where there is one. */
    private double most(int at, int whole) {
        DoubleVector most = DoubleVector.fromArray(SPECIES, scores, at);
        for (int c = LENGTH; c < whole; c += LENGTH) {
            most = DoubleVector.fromArray(SPECIES, scores, at + c).max(most);
        }
        most.intoArray(tile, 0);
        double one = tile[0];
        for (int i = 1; i < LENGTH; i++) {
            one = Math.max(one, tile[i]);
        }
        return one;
    }

    /** The sum of a query's lanes by halves. */
    private double folded(int r) {
        int at = r * LANES;
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int c = at; c < at + half; c++) {
                total[c] = total[c] + total[c + half];
            }
        }
        return total[at];
    }

    private void store(long head, int first, int count) {
        for (int r = 0; r < count; r++) {
            long row = head * shape.queries() + first + r;
            boolean none = largest[r] == Double.NEGATIVE_INFINITY;
            double sum = folded(r);
            double divisor = none ? 1 : sum;
            for (int c = 0; c < tiles; c++) {
                double[] part = result[c];
                for (int i = r * COLUMNS; i < (r + 1) * COLUMNS; i += LENGTH) {
                    DoubleVector.fromArray(SPECIES, part, i).div(divisor).intoArray(part, i);
                }
            }
            double logarithm = StrictMath.log(sum) + largest[r];
            Memory.putDouble(sums + SIZE * row, none ? Double.POSITIVE_INFINITY : logarithm);
        }
        int width = shape.width();
        long target = out + SIZE * (head * shape.queries() + first) * width;
        for (int c = 0; c < tiles; c++) {
            int used = Math.min(COLUMNS, width - c * COLUMNS);
            DoubleTile.store(
                    result[c],
                    0,
                    target + SIZE * (long) c * COLUMNS,
                    SIZE * (long) width,
                    SIZE,
                    count,
                    used);
        }
    }
}
