// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.I64;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Losses, with their mean. */
final class LossPairs extends PairFamily {
    private static final long MEAN = 1;

    LossPairs() {
        for (long count : new long[] {SMALL, LARGE}) {
            // Written to a tensor that is there, these three want one with the operands' shape.
            returning("mse_loss", count, (x, y) -> Ops.mseLoss(x, y, MEAN), MEAN);
            returning(
                    "smooth_l1_loss", count, (x, y) -> Ops.smoothL1Loss(x, y, MEAN, 1), MEAN, 1.0);
            returning("huber_loss", count, (x, y) -> Ops.huberLoss(x, y, MEAN, 1), MEAN, 1.0);
            returning("l1_loss", count, (x, y) -> Ops.l1Loss(x, y, MEAN), MEAN);
            returning("kl_div", count, (x, y) -> Ops.klDiv(x, y, MEAN, false), MEAN, false);
            elements(
                    "binary_cross_entropy",
                    count,
                    (x, y) -> Ops.binaryCrossEntropy(x, y, null, MEAN),
                    null,
                    MEAN);
            returning(
                    "binary_cross_entropy_with_logits",
                    count,
                    (x, y) -> Ops.binaryCrossEntropyWithLogits(x, y, null, null, MEAN),
                    null,
                    null,
                    MEAN);
        }
        classes(64, 1000);
        classes(256, 30522);
        similarity(256, 256);
        similarity(4096, 1024);
    }

    private static Operand[] operands(Data data, long count) {
        return new Operand[] {
            data.uniform(F32, 0.01, 0.99, count), data.uniform(F32, 0.01, 0.99, count)
        };
    }

    private static @Nullable Object[] join(
            Operand[] operands, @Nullable Object[] further, @Nullable Object... last) {
        @Nullable Object[] all = new @Nullable Object[2 + further.length + last.length];
        System.arraycopy(operands, 0, all, 0, 2);
        System.arraycopy(further, 0, all, 2, further.length);
        System.arraycopy(last, 0, all, 2 + further.length, last.length);
        return all;
    }

    private void elements(
            String operator, long count, BinaryOperator<Tensor> ours, @Nullable Object... further) {
        row(
                operator + " f32 " + count(count),
                data -> {
                    Operand[] xy = operands(data, count);
                    return data.pair(
                                    () -> ours.apply(xy[0].ours(), xy[1].ours()),
                                    operator + "_out",
                                    join(xy, further, data.result(F32)))
                            .within(1e-5)
                            .scale(1);
                });
    }

    private void returning(
            String operator, long count, BinaryOperator<Tensor> ours, @Nullable Object... further) {
        row(
                operator + " f32 " + count(count),
                data -> {
                    Operand[] xy = operands(data, count);
                    return data.returning(
                                    1,
                                    () -> ours.apply(xy[0].ours(), xy[1].ours()),
                                    operator,
                                    join(xy, further))
                            .within(1e-5)
                            .scale(1);
                });
    }

    private void classes(long rows, long classes) {
        row(
                "cross_entropy f32 " + shape(rows, classes),
                data -> {
                    Operand x = data.normal(F32, rows, classes);
                    Operand target = data.integers(I64, 0, classes, rows);
                    return data.returning(
                                    1,
                                    () -> Ops.crossEntropy(x.ours(), target.ours(), null, MEAN),
                                    "cross_entropy_loss",
                                    x,
                                    target,
                                    null,
                                    MEAN,
                                    -100,
                                    0.0)
                            .within(1e-5);
                });
        row(
                "nll_loss f32 " + shape(rows, classes),
                data -> {
                    Operand x = data.normal(F32, rows, classes);
                    Operand target = data.integers(I64, 0, classes, rows);
                    return data.returning(
                                    1,
                                    () -> Ops.nllLoss(x.ours(), target.ours(), null, MEAN),
                                    "nll_loss",
                                    x,
                                    target,
                                    null,
                                    MEAN,
                                    -100)
                            .scale(1);
                });
    }

    private void similarity(long rows, long columns) {
        row(
                "cosine_similarity f32 " + shape(rows, columns),
                data -> {
                    Operand x = data.normal(F32, rows, columns);
                    Operand y = data.normal(F32, rows, columns);
                    return data.returning(
                                    1,
                                    () -> Ops.cosineSimilarity(x.ours(), y.ours(), 1, 1e-8),
                                    "cosine_similarity",
                                    x,
                                    y,
                                    1,
                                    1e-8)
                            .scale(1);
                });
        row(
                "cdist f32 " + shape(rows, 32),
                data -> {
                    Operand x = data.normal(F32, 1024, 32);
                    Operand y = data.normal(F32, rows / 4, 32);
                    return data.returning(
                                    1,
                                    () -> Ops.cdist(x.ours(), y.ours(), 2),
                                    "cdist",
                                    x,
                                    y,
                                    2.0,
                                    null)
                            .within(1e-4)
                            .scale(1);
                });
    }
}
