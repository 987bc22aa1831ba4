// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import static dev.keyway.backend.cpu.attention.AttentionShape.KEYS;
import static dev.keyway.backend.cpu.attention.AttentionShape.ROWS;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f64 attention in blocks of queries and keys with running maximum and sum (Dao and others,
 * "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022, algorithm
 * 1). The blocks' sizes are fixed, products run in the order of features and keys, and the sum of a
 * block is a fixed tree, so that neither threads nor vectors change a bit. A query that sees no key
 * gets zeros, and a sum of positive infinity.
 */
public final class DoubleAttention {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int GROUP = 4;

    private final AttentionShape shape;
    private final long query;
    private final long key;
    private final long value;
    private final long out;
    private final long sums;
    private final double[] queries;
    private final double[] turned;
    private final double[] rows;
    private final double[] scores = new double[ROWS * KEYS];
    private final double[] sum = new double[KEYS];
    private final double[] result;
    private final double[] largest = new double[ROWS];
    private final double[] total = new double[ROWS];

    private DoubleAttention(
            AttentionShape shape, long query, long key, long value, long out, long sums) {
        this.shape = shape;
        this.query = query;
        this.key = key;
        this.value = value;
        this.out = out;
        this.sums = sums;
        queries = new double[ROWS * shape.features()];
        turned = new double[KEYS * shape.features()];
        rows = new double[KEYS * shape.padded()];
        result = new double[ROWS * shape.padded()];
    }

    /**
     * Computes.
     *
     * @param out {@code [batch, heads, queries, width]}
     * @param sums logarithm of the sum of each query's exponentials
     */
    public static void forward(
            Workers workers,
            AttentionShape shape,
            long query,
            long key,
            long value,
            long out,
            long sums) {
        workers.parallel(
                shape.tasks(),
                1,
                (from, to) -> {
                    DoubleAttention task = new DoubleAttention(shape, query, key, value, out, sums);
                    for (long index = from; index < to; index++) {
                        task.block(index / shape.blocks(), (int) (index % shape.blocks()) * ROWS);
                    }
                });
    }

    private void block(long head, int first) {
        int count = Math.min(ROWS, shape.queries() - first);
        int padded = shape.padded();
        load(head, first, count);
        Arrays.fill(result, 0);
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        Arrays.fill(total, 0);
        int end = shape.causal() ? Math.min(shape.keys(), first + count) : shape.keys();
        for (int start = 0; start < end; start += KEYS) {
            int used = Math.min(KEYS, shape.keys() - start);
            turn(head, start, used);
            copy(head, start, used);
            for (int r = 0; r < count; r += GROUP) {
                products(r);
            }
            for (int r = 0; r < count; r++) {
                hide(head, first + r, start, used, r * KEYS);
                weigh(r, padded);
            }
            for (int r = 0; r < count; r += GROUP) {
                add(r, padded);
            }
        }
        store(head, first, count, padded);
    }

    /** The queries, scaled; rows that are not there are 0. */
    private void load(long head, int first, int count) {
        int features = shape.features();
        Arrays.fill(queries, 0);
        long source = query + SIZE * (head * shape.queries() + first) * features;
        double scale = shape.scale();
        for (int i = 0; i < count * features; i++) {
            queries[i] = Memory.getDouble(source + (long) SIZE * i) * scale;
        }
    }

    /** A block of keys, feature by feature. */
    private void turn(long head, int start, int used) {
        int features = shape.features();
        long source = key + SIZE * (head * shape.keys() + start) * features;
        if (used < KEYS) {
            Arrays.fill(turned, 0);
        }
        for (int k = 0; k < used; k++) {
            for (int e = 0; e < features; e++) {
                long at = source + SIZE * ((long) k * features + e);
                turned[e * KEYS + k] = Memory.getDouble(at);
            }
        }
    }

    /** A block of values, each as wide as vectors need. */
    private void copy(long head, int start, int used) {
        int width = shape.width();
        int padded = shape.padded();
        long source = value + SIZE * (head * shape.keys() + start) * width;
        if (used < KEYS) {
            Arrays.fill(rows, 0);
        }
        for (int k = 0; k < used; k++) {
            for (int e = 0; e < width; e++) {
                rows[k * padded + e] = Memory.getDouble(source + SIZE * ((long) k * width + e));
            }
        }
    }

    /** The scores of four queries. */
    private void products(int r) {
        int features = shape.features();
        int q = r * features;
        for (int c = 0; c < KEYS; c += LENGTH) {
            DoubleVector s0 = DoubleVector.zero(SPECIES);
            DoubleVector s1 = DoubleVector.zero(SPECIES);
            DoubleVector s2 = DoubleVector.zero(SPECIES);
            DoubleVector s3 = DoubleVector.zero(SPECIES);
            for (int e = 0; e < features; e++) {
                DoubleVector k = DoubleVector.fromArray(SPECIES, turned, e * KEYS + c);
                s0 = k.fma(all(queries[q + e]), s0);
                s1 = k.fma(all(queries[q + features + e]), s1);
                s2 = k.fma(all(queries[q + 2 * features + e]), s2);
                s3 = k.fma(all(queries[q + 3 * features + e]), s3);
            }
            s0.intoArray(scores, r * KEYS + c);
            s1.intoArray(scores, (r + 1) * KEYS + c);
            s2.intoArray(scores, (r + 2) * KEYS + c);
            s3.intoArray(scores, (r + 3) * KEYS + c);
        }
    }

    /** Adds the mask; keys that a query does not see get negative infinity. */
    private void hide(long head, int row, int start, int used, int at) {
        if (shape.mask() != 0) {
            long first = shape.maskStart(head, row) + start * shape.maskKey();
            for (int k = 0; k < used; k++) {
                long address = shape.mask() + SIZE * (first + k * shape.maskKey());
                scores[at + k] = scores[at + k] + Memory.getDouble(address);
            }
        }
        int seen = shape.causal() ? Math.clamp(row - start + 1, 0, used) : used;
        for (int k = seen; k < KEYS; k++) {
            scores[at + k] = Double.NEGATIVE_INFINITY;
        }
    }

    /** Turns the scores of a query into exponentials, and what was added before to their scale. */
    private void weigh(int r, int padded) {
        int at = r * KEYS;
        double most = largest[r];
        for (int k = 0; k < KEYS; k++) {
            most = Math.max(most, scores[at + k]);
        }
        if (most == Double.NEGATIVE_INFINITY) {
            Arrays.fill(scores, at, at + KEYS, 0);
            return;
        }
        double change = DoubleExp.exp(largest[r] - most);
        largest[r] = most;
        for (int c = 0; c < KEYS; c += LENGTH) {
            DoubleVector x = DoubleVector.fromArray(SPECIES, scores, at + c).sub(most);
            DoubleVector weight = DoubleExp.exp(x);
            weight.intoArray(scores, at + c);
            weight.intoArray(sum, c);
        }
        total[r] = Math.fma(total[r], change, folded());
        for (int c = 0; c < padded; c += LENGTH) {
            int i = r * padded + c;
            DoubleVector.fromArray(SPECIES, result, i).mul(change).intoArray(result, i);
        }
    }

    /** The sum of a block by halves. */
    private double folded() {
        int half = KEYS / 2;
        for (; half >= LENGTH; half /= 2) {
            for (int c = 0; c < half; c += LENGTH) {
                DoubleVector a = DoubleVector.fromArray(SPECIES, sum, c);
                a.add(DoubleVector.fromArray(SPECIES, sum, c + half)).intoArray(sum, c);
            }
        }
        for (; half > 0; half /= 2) {
            for (int c = 0; c < half; c++) {
                sum[c] = sum[c] + sum[c + half];
            }
        }
        return sum[0];
    }

    /** Adds the block's values, weighted, for four queries. */
    private void add(int r, int padded) {
        int at = r * KEYS;
        for (int c = 0; c < padded; c += LENGTH) {
            int i = r * padded + c;
            DoubleVector s0 = DoubleVector.fromArray(SPECIES, result, i);
            DoubleVector s1 = DoubleVector.fromArray(SPECIES, result, i + padded);
            DoubleVector s2 = DoubleVector.fromArray(SPECIES, result, i + 2 * padded);
            DoubleVector s3 = DoubleVector.fromArray(SPECIES, result, i + 3 * padded);
            for (int k = 0; k < KEYS; k++) {
                DoubleVector v = DoubleVector.fromArray(SPECIES, rows, k * padded + c);
                s0 = v.fma(all(scores[at + k]), s0);
                s1 = v.fma(all(scores[at + KEYS + k]), s1);
                s2 = v.fma(all(scores[at + 2 * KEYS + k]), s2);
                s3 = v.fma(all(scores[at + 3 * KEYS + k]), s3);
            }
            s0.intoArray(result, i);
            s1.intoArray(result, i + padded);
            s2.intoArray(result, i + 2 * padded);
            s3.intoArray(result, i + 3 * padded);
        }
    }

    private void store(long head, int first, int count, int padded) {
        for (int r = 0; r < count; r++) {
            long row = head * shape.queries() + first + r;
            boolean none = largest[r] == Double.NEGATIVE_INFINITY;
            double divisor = none ? 1 : total[r];
            for (int e = 0; e < shape.width(); e++) {
                long at = out + SIZE * (row * shape.width() + e);
                Memory.putDouble(at, result[r * padded + e] / divisor);
            }
            double logarithm = StrictMath.log(total[r]) + largest[r];
            Memory.putDouble(sums + SIZE * row, none ? Double.POSITIVE_INFINITY : logarithm);
        }
    }

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }
}
