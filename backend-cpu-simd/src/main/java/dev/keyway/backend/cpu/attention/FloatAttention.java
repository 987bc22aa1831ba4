// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.attention.AttentionShape.KEYS;
import static dev.keyway.backend.cpu.attention.AttentionShape.ROWS;

import dev.keyway.backend.cpu.lanes.FloatExp;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.backend.cpu.lanes.FloatLargest;
import dev.keyway.backend.cpu.lanes.Logarithm;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.backend.cpu.matrix.FloatPanels;
import dev.keyway.backend.cpu.matrix.FloatTile;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 attention in blocks of queries and keys with running maximum and sum (Dao and others,
 * "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022, algorithm
 * 1). Both products run in the tiles of matrix products: keys are packed as columns once, values
 * are read where they are if they are as wide as a tile. The blocks' sizes are fixed, products run
 * in the order of features and keys, and the sum runs in fixed lanes, so that neither threads nor
 * vectors change a bit. A query that sees no key gets zeros, and a sum of positive infinity.
 */
public final class FloatAttention {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int HEIGHT = FloatTile.SOME;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int DEPTH = FloatTile.DEPTH;

    /** What scores begin with. */
    private static final float[] ZEROS = new float[COLUMNS];

    private static final FloatVector LOWEST =
            FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);

    /** Partial sums of a query, as many as the widest vector has lanes. */
    private static final int LANES = 16;

    /** Numbers of a group of queries, one for each, in whole vectors. */
    private static final int NUMBERS = Math.max(HEIGHT, LENGTH);

    private static final Spare<FloatAttention> SPARE = new Spare<>(FloatAttention::new);

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
    private float[][] queries = {};

    private int parts;

    /** Scores of a group of queries, then their weights, as rows of a panel. */
    private final float[] scores = new float[HEIGHT * DEPTH];

    /** Tiles of the result, each of up to COLUMNS features; a shape uses the first of them. */
    private float[][] result = {};

    private int tiles;
    private final float[] tile = new float[HEIGHT * COLUMNS];
    private final float[] total = new float[HEIGHT * LANES];

    /** Of each query: the largest score up to now, and that of the last block. */
    private final float[] largest = new float[NUMBERS];

    private final float[] found = new float[NUMBERS];

    /** Of each query: what is subtracted from scores, and the factor of what was added before. */
    private final float[] shifts = new float[NUMBERS];

    private final float[] changes = new float[NUMBERS];

    /** Whether a mask is added to the scores of the block. */
    private boolean masked;

    private FloatAttention() {}

    private FloatAttention describe(
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
    private FloatAttention another() {
        FloatAttention task = SPARE.take();
        task.describe(shape, query, key, value, out, sums, keyPanels);
        task.parts = (shape.features() + DEPTH - 1) / DEPTH;
        task.tiles = panels(shape.width());
        if (task.queries.length < task.parts) {
            task.queries = new float[task.parts][HEIGHT * DEPTH];
        }
        if (task.result.length < task.tiles) {
            task.result = new float[task.tiles][HEIGHT * COLUMNS];
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
        FloatAttention whole = SPARE.take();
        whole.describe(shape, query, key, value, out, sums, scratch);
        workers.parallel((long) shape.batch() * shape.heads(), 1, whole.packing);
        workers.parallel(shape.tasks(), 1, whole.computing);
        SPARE.give(whole);
    }

    private void compute(long from, long to) {
        FloatAttention task = another();
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
            FloatPanels.columns(
                    keyPanel(head, k, 0),
                    key.at(SIZE, head, k, 0),
                    SIZE * key.columnStride(),
                    SIZE * key.rowStride(),
                    Math.min(COLUMNS, keys - k),
                    shape.features());
        }
        for (int c = 0; !inPlace && c < shape.width(); c += COLUMNS) {
            FloatPanels.columns(
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
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        Arrays.fill(total, 0);
        int end = shape.causal() ? Math.min(shape.keys(), first + count) : shape.keys();
        for (int start = 0; start < end; start += KEYS) {
            int used = Math.min(KEYS, end - start);
            products(head, start, used);
            int whole = panels(used) * COLUMNS;
            for (int r = 0; r < count; r++) {
                hide(head, first + r, start, used, whole, r * DEPTH);
            }
            weigh(count, whole);
            addValues(head, start, used, count);
        }
        for (int c = 0; end == 0 && c < tiles; c++) {
            Arrays.fill(result[c], 0);
        }
        store(head, first, count);
    }

    /** Adds weighted values to what was added before, at its new scale. */
    private void addValues(long head, int start, int used, int count) {
        long rowBytes = SIZE * (inPlace ? value.rowStride() : COLUMNS);
        for (int c = 0; c < tiles; c++) {
            for (int r = 0; start > 0 && r < count; r++) {
                scale(result[c], r * COLUMNS, changes[r]);
            }
            long values = valuePanel(head, start, c * COLUMNS);
            float[] before = start == 0 ? ZEROS : result[c];
            int step = start == 0 ? 0 : COLUMNS;
            FloatTile.multiplyRows(
                    HEIGHT, scores, values, rowBytes, used, before, 0, step, result[c], 0, COLUMNS);
        }
    }

    /** The queries, scaled; rows that are not there are 0. */
    private void load(long head, int first, int count) {
        for (int i = 0; i < parts; i++) {
            FloatPanels.rows(
                    queries[i],
                    query.at(SIZE, head, first, (long) i * DEPTH),
                    SIZE * query.rowStride(),
                    SIZE * query.columnStride(),
                    count,
                    HEIGHT,
                    Math.min(DEPTH, shape.features() - i * DEPTH),
                    (float) shape.scale());
        }
    }

    /** The scores of the queries by a block of keys. */
    private void products(long head, int start, int used) {
        for (int c = 0; c < used; c += COLUMNS) {
            if (parts == 1) {
                long keys = keyPanel(head, start + c, 0);
                int depth = shape.features();
                FloatTile.multiplyRows(
                        HEIGHT,
                        queries[0],
                        keys,
                        SIZE * COLUMNS,
                        depth,
                        ZEROS,
                        0,
                        0,
                        scores,
                        c,
                        DEPTH);
                continue;
            }
            Arrays.fill(tile, 0);
            for (int i = 0; i < parts; i++) {
                int depth = Math.min(DEPTH, shape.features() - i * DEPTH);
                long keys = keyPanel(head, start + c, i * DEPTH);
                FloatTile.multiplyRows(HEIGHT, queries[i], keys, SIZE * COLUMNS, depth, tile, 0);
            }
            for (int r = 0; r < HEIGHT; r++) {
                for (int e = 0; e < COLUMNS; e += LENGTH) {
                    FloatVector.fromArray(SPECIES, tile, r * COLUMNS + e)
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
                    scores[at + k] += Memory.getFloat(mask + SIZE * k * shape.maskKey());
                }
            }
        }
        int seen = shape.causal() ? Math.clamp(row - start + 1, 0, used) : used;
        if (seen < whole) {
            Arrays.fill(scores, at + seen, at + whole, Float.NEGATIVE_INFINITY);
        }
    }

    private void addMask(long mask, int used, int at) {
        int full = used - used % LENGTH;
        for (int k = 0; k < full; k += LENGTH) {
            FloatVector.fromMemorySegment(SPECIES, ALL, mask + (long) SIZE * k, ORDER)
                    .add(FloatVector.fromArray(SPECIES, scores, at + k))
                    .intoArray(scores, at + k);
        }
        for (int k = full; k < used; k++) {
            scores[at + k] += Memory.getFloat(mask + (long) SIZE * k);
        }
    }

    /**
     * Turns scores into exponentials, and what was added before to their scale. Step by step for
     * all queries, since each step of one query waits for the one before.
     */
    private void weigh(int count, int whole) {
        for (int r = 0; r < count; r++) {
            found[r] = most(r * DEPTH, whole);
        }
        for (int r = 0; r < count; r += LENGTH) {
            FloatVector before = FloatVector.fromArray(SPECIES, largest, r);
            FloatVector most = before.max(FloatVector.fromArray(SPECIES, found, r));
            most.intoArray(largest, r);
            // Where nothing was seen yet, all exponentials are to be 0.
            FloatVector shift = most.blend(0, most.compare(VectorOperators.EQ, LOWEST));
            shift.intoArray(shifts, r);
            FloatExp.exp(before.sub(shift)).intoArray(changes, r);
        }
        for (int r = 0; r < count; r += 2) {
            for (int lane = 0; lane < LANES; lane += LENGTH) {
                powers(r, lane, whole);
            }
        }
    }

    /**
     * Of two queries, whose exponentials the processor computes in turn: each step of one waits for
     * the one before.
     */
    private void powers(int r, int lane, int whole) {
        FloatVector shift0 = FloatVector.broadcast(SPECIES, shifts[r]);
        FloatVector shift1 = FloatVector.broadcast(SPECIES, shifts[r + 1]);
        FloatVector sum0 = load(r, lane);
        FloatVector sum1 = load(r + 1, lane);
        int end = r * DEPTH + whole;
        for (int at = r * DEPTH + lane; at < end; at += LANES) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, scores, at).sub(shift0);
            FloatVector x1 = FloatVector.fromArray(SPECIES, scores, at + DEPTH).sub(shift1);
            FloatVector weight0 = FloatExp.exp(x0);
            FloatVector weight1 = FloatExp.exp(x1);
            weight0.intoArray(scores, at);
            weight1.intoArray(scores, at + DEPTH);
            sum0 = weight0.add(sum0);
            sum1 = weight1.add(sum1);
        }
        sum0.intoArray(total, r * LANES + lane);
        sum1.intoArray(total, (r + 1) * LANES + lane);
    }

    /** A query's sum up to now, at its new scale. */
    private FloatVector load(int r, int lane) {
        return FloatVector.fromArray(SPECIES, total, r * LANES + lane).mul(changes[r]);
    }

    private static void scale(float[] part, int at, float factor) {
        for (int i = at; i < at + COLUMNS; i += LENGTH) {
            FloatVector.fromArray(SPECIES, part, i).mul(factor).intoArray(part, i);
        }
    }

    /**
     * The largest score that is a number: a NaN makes its own weight, and so all sums, NaN. NaN
     * where all are.
     */
    private float most(int at, int whole) {
        FloatVector first = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector second = first;
        for (int c = 0; c < whole; c += COLUMNS) {
            FloatVector x = FloatVector.fromArray(SPECIES, scores, at + c);
            FloatVector y = FloatVector.fromArray(SPECIES, scores, at + c + LENGTH);
            first = FloatLargest.larger(first, x);
            second = FloatLargest.larger(second, y);
        }
        float one = FloatLargest.ofLanes(FloatLargest.larger(first, second));
        return one == Float.NEGATIVE_INFINITY ? mostOfAll(at, whole) : one;
    }

    /** NaN or negative infinity. */
    private float mostOfAll(int at, int whole) {
        float most = Float.NEGATIVE_INFINITY;
        for (int c = at; c < at + whole; c++) {
            most = Math.max(most, scores[c]);
        }
        return most;
    }

    private void store(long head, int first, int count) {
        for (int r = 0; r < count; r++) {
            long row = head * shape.queries() + first + r;
            boolean none = largest[r] == Float.NEGATIVE_INFINITY;
            float sum = FloatLanes.sixteen(total, r * LANES);
            float divisor = none ? 1 : sum;
            for (int c = 0; c < tiles; c++) {
                float[] part = result[c];
                for (int i = r * COLUMNS; i < (r + 1) * COLUMNS; i += LENGTH) {
                    FloatVector.fromArray(SPECIES, part, i).div(divisor).intoArray(part, i);
                }
            }
            double logarithm = Logarithm.log(sum) + largest[r];
            Memory.putFloat(sums + SIZE * row, none ? Float.POSITIVE_INFINITY : (float) logarithm);
        }
        int width = shape.width();
        long target = out + SIZE * (head * shape.queries() + first) * width;
        for (int c = 0; c < tiles; c++) {
            int used = Math.min(COLUMNS, width - c * COLUMNS);
            FloatTile.store(
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
