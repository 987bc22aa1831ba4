// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import dev.keyway.backend.cpu.Memory;

/**
 * The shape of attention over {@code [batch, heads, queries or keys, features]}. Calls that take
 * and give back one change it.
 */
public final class AttentionShape {
    /** Of nothing; nobody changes it. */
    static final AttentionShape NONE = new AttentionShape();

    /** Queries of a task. */
    public static final int ROWS = 32;

    /** Keys of a block. */
    public static final int KEYS = 256;

    private int batch;
    private int heads;
    private int queries;
    private int keys;
    private int features;
    private int width;
    private double scale;
    private boolean causal;
    private long mask;
    private long maskBatch;
    private long maskHead;
    private long maskRow;
    private long maskKey;

    /** Describes nothing yet. */
    AttentionShape() {}

    /**
     * Describes it.
     *
     * @param features of queries and keys
     * @param width features of values
     * @param scale factor of the scores
     * @param causal whether a query sees no later key
     * @param mask address of numbers to add to the scores; 0 for none
     * @param maskBatch elements from one batch's mask to the next, 0 where they share it
     * @param maskHead from one head's to the next
     * @param maskRow from one query's to the next
     * @param maskKey from one key's to the next
     */
    public AttentionShape(
            int batch,
            int heads,
            int queries,
            int keys,
            int features,
            int width,
            double scale,
            boolean causal,
            long mask,
            long maskBatch,
            long maskHead,
            long maskRow,
            long maskKey) {
        set(
                batch, heads, queries, keys, features, width, scale, causal, mask, maskBatch,
                maskHead, maskRow, maskKey);
    }

    /** Describes another. */
    AttentionShape set(
            int newBatch,
            int newHeads,
            int newQueries,
            int newKeys,
            int newFeatures,
            int newWidth,
            double newScale,
            boolean newCausal,
            long newMask,
            long newMaskBatch,
            long newMaskHead,
            long newMaskRow,
            long newMaskKey) {
        batch = newBatch;
        heads = newHeads;
        queries = newQueries;
        keys = newKeys;
        features = newFeatures;
        width = newWidth;
        scale = newScale;
        causal = newCausal;
        mask = newMask;
        maskBatch = newMaskBatch;
        maskHead = newMaskHead;
        maskRow = newMaskRow;
        maskKey = newMaskKey;
        return this;
    }

    int batch() {
        return batch;
    }

    int heads() {
        return heads;
    }

    int queries() {
        return queries;
    }

    int keys() {
        return keys;
    }

    int features() {
        return features;
    }

    int width() {
        return width;
    }

    double scale() {
        return scale;
    }

    boolean causal() {
        return causal;
    }

    long mask() {
        return mask;
    }

    long maskBatch() {
        return maskBatch;
    }

    long maskHead() {
        return maskHead;
    }

    long maskRow() {
        return maskRow;
    }

    long maskKey() {
        return maskKey;
    }

    /** Tasks of a head. */
    int blocks() {
        return (queries + ROWS - 1) / ROWS;
    }

    /** Tasks altogether. */
    long tasks() {
        return (long) batch * heads * blocks();
    }

    /** Where the mask of a query of a head begins, in elements. */
    long maskStart(long head, int query) {
        return head / heads * maskBatch + head % heads * maskHead + query * maskRow;
    }

    /**
     * Whether a mask changes the scores of a query, or of any if all have the same. One of zeros,
     * as texts of equal length have, does not.
     *
     * @param size bytes of a number
     */
    boolean isMasked(int size, long head, int query) {
        if (mask == 0 || maskRow != 0 || maskKey != 1) {
            return mask != 0;
        }
        long start = mask + size * maskStart(head, query);
        int words = Math.multiplyExact(keys, size / Integer.BYTES);
        for (int i = 0; i < words; i++) {
            if (Memory.getInt(start + (long) Integer.BYTES * i) != 0) {
                return true;
            }
        }
        return false;
    }
}
