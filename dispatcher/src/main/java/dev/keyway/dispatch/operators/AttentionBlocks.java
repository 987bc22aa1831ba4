// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention in blocks of queries, so that no more than {@link #SCORES} scores exist at a time (Dao
 * and others, "FlashAttention", 2022, without its blocks of keys). A query that may see no key gets
 * zeros.
 */
final class AttentionBlocks {
    /** The most scores at a time, unless a single query of all batches has more. */
    static final long SCORES = 1L << 22;

    private AttentionBlocks() {}

    /** How many queries make a block; depends on the shapes alone. */
    static long rows(Tensor query, Tensor key) {
        long perRow = Math.max(1, query.numel() / Math.max(1, query.size(-1) * query.size(-2)));
        return Math.max(1, SCORES / Math.max(1, perRow * key.size(-2)));
    }

    /** Scores of queries from {@code start}, masked with negative infinity. */
    static Tensor scores(
            Tensor block,
            Tensor key,
            @Nullable Tensor mask,
            double scale,
            boolean causal,
            long start) {
        try (Tensor turned = key.transpose(-2, -1);
                Tensor product = block.matmul(turned);
                Tensor scaled = product.mul(scale);
                Tensor added = mask == null ? scaled.view(scaled.sizes()) : masked(scaled, mask)) {
            return causal ? causal(added, start) : added.view(added.sizes());
        }
    }

    private static Tensor masked(Tensor scores, Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            return scores.add(mask);
        }
        try (Tensor hidden = mask.logicalNot()) {
            return scores.maskedFill(hidden, Double.NEGATIVE_INFINITY);
        }
    }

    private static Tensor causal(Tensor scores, long start) {
        long rows = scores.size(-2);
        try (Tensor columns = Ops.arange(scores.device(), DType.I64, 0L, scores.size(-1));
                Tensor numbers = Ops.arange(scores.device(), DType.I64, start, start + rows);
                Tensor column = numbers.unsqueeze(1);
                Tensor later = columns.gt(column)) {
            return scores.maskedFill(later, Double.NEGATIVE_INFINITY);
        }
    }

    /** The rows of a mask that belong to a block of queries. */
    static @Nullable Tensor part(@Nullable Tensor mask, long start, long count) {
        if (mask == null) {
            return null;
        }
        boolean shared = mask.dim() < 2 || mask.size(-2) == 1;
        return shared ? mask.view(mask.sizes()) : mask.narrow(-2, start, count);
    }

    /** {@code exp(scores - largest)} over their sum, 0 where all are negative infinity. */
    static Tensor weights(Tensor scores) {
        long[] last = {-1};
        try (Tensor shift = shift(scores);
                Tensor shifted = scores.sub(shift);
                Tensor exp = shifted.exp();
                Tensor sum = exp.sum(last, true);
                Tensor none = sum.eq(0L);
                Tensor safe = sum.maskedFill(none, 1L)) {
            return exp.div(safe);
        }
    }

    /** The largest score of each query, 0 where that is infinite; a constant for gradients. */
    static Tensor shift(Tensor scores) {
        long[] last = {-1};
        try (Tensor plain = scores.detach();
                Tensor largest = plain.amax(last, true);
                Tensor none = largest.eq(Double.NEGATIVE_INFINITY)) {
            return largest.maskedFill(none, 0L);
        }
    }

    /** {@code log sum exp} of the scores; positive infinity where all are negative infinity. */
    static Tensor logSumExp(Tensor scores) {
        long[] last = {-1};
        try (Tensor shift = shift(scores);
                Tensor shifted = scores.sub(shift);
                Tensor exp = shifted.exp();
                Tensor sum = exp.sum(last, true);
                Tensor none = sum.eq(0L);
                Tensor log = sum.log();
                Tensor all = log.add(shift)) {
            return all.maskedFill(none, Double.POSITIVE_INFINITY);
        }
    }

    /** Joins blocks along the queries and closes them. */
    static Tensor join(List<Tensor> blocks) {
        try {
            return blocks.size() == 1
                    ? blocks.getFirst().view(blocks.getFirst().sizes())
                    : Ops.cat(blocks, -2);
        } finally {
            blocks.forEach(Tensor::close);
        }
    }

    /** Computes a block of queries from {@code start}. */
    interface Block {
        Tensor of(Tensor query, @Nullable Tensor mask, long start);
    }

    /** All blocks, joined. */
    static Tensor each(Tensor query, Tensor key, @Nullable Tensor mask, Block block) {
        long total = query.size(-2);
        long step = rows(query, key);
        List<Tensor> parts = new ArrayList<>();
        for (long start = 0; start < Math.max(1, total); start += step) {
            long count = Math.min(step, total - start);
            try (Tensor rows = query.narrow(-2, start, count);
                    Tensor own = part(mask, start, count)) {
                parts.add(block.of(rows, own, start));
            }
        }
        return join(parts);
    }
}
