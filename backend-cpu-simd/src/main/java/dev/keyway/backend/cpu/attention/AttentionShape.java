// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

/**
 * The shape of attention over {@code [batch, heads, queries or keys, features]}.
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
public record AttentionShape(
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
    /** Of nothing. */
    static final AttentionShape NONE =
            new AttentionShape(0, 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0);

    /** Queries of a task. */
    public static final int ROWS = 32;

    /** Keys of a block. */
    public static final int KEYS = 256;

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
}
