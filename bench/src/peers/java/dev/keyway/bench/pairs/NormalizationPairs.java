// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;

import dev.keyway.DType;
import dev.keyway.Ops;
import java.util.List;

/** Softmax, normalization layers and attention, forward and backward. */
final class NormalizationPairs extends PairFamily {
    NormalizationPairs() {
        for (long[] sizes : new long[][] {{256, 256}, {1024, 1024}, {64, 30522}}) {
            for (DType dtype : sizes[0] == 256 ? List.of(F32, F64) : List.of(F32)) {
                softmax(dtype, 1, sizes);
                softmax(dtype, 0, sizes);
            }
        }
        for (long[] sizes : new long[][] {{128, 384}, {2048, 1024}}) {
            layerNorm(sizes);
        }
        batchNorm(8, 64, 28, 28);
        batchNorm(8, 256, 56, 56);
        groupNorm(8, 64, 28, 28);
        groupNorm(8, 256, 56, 56);
        attention(1, 12, 128, 32);
        attention(2, 8, 1024, 64);
    }

    private void softmax(DType dtype, long dim, long... sizes) {
        String shape = " " + dtype + " " + shape(sizes) + " dim " + dim;
        row(
                "softmax" + shape,
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Operand out = data.result(dtype, sizes);
                    return data.pair(
                            () -> x.ours().softmax(dim), "_softmax_out", x, dim, false, out);
                });
        row(
                "log_softmax" + shape,
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Operand out = data.result(dtype, sizes);
                    return data.pair(
                                    () -> x.ours().logSoftmax(dim),
                                    "_log_softmax_out",
                                    x,
                                    dim,
                                    false,
                                    out)
                            .scale(1);
                });
        row(
                "softmax backward" + shape,
                data -> {
                    Operand gradient = data.normal(dtype, sizes);
                    Operand y = data.read(data.normal(dtype, sizes).ours().softmax(dim));
                    Operand out = data.result(dtype, sizes);
                    return data.pair(
                                    () -> Ops._softmaxBackwardData(gradient.ours(), y.ours(), dim),
                                    "_softmax_backward_data_out",
                                    gradient,
                                    y,
                                    dim,
                                    Torch.code(dtype),
                                    out)
                            .scale(0.1);
                });
    }

    private void layerNorm(long... sizes) {
        long rows = sizes[0];
        long[] last = {sizes[1]};
        for (DType dtype : rows == 128 ? List.of(F32, F64) : List.of(F32)) {
            row(
                    "layer_norm " + dtype + " " + shape(sizes),
                    data -> {
                        Operand x = data.normal(dtype, sizes);
                        Operand weight = data.normal(dtype, last);
                        Operand bias = data.normal(dtype, last);
                        return data.returning(
                                        3,
                                        () ->
                                                Ops.nativeLayerNorm(
                                                        x.ours(),
                                                        last,
                                                        weight.ours(),
                                                        bias.ours(),
                                                        1e-5),
                                        "native_layer_norm",
                                        x,
                                        last,
                                        weight,
                                        bias,
                                        1e-5)
                                .scale(1);
                    });
        }
        row(
                "layer_norm backward f32 " + shape(sizes),
                data -> {
                    Operand gradient = data.normal(F32, sizes);
                    Operand x = data.normal(F32, sizes);
                    Operand weight = data.normal(F32, last);
                    Operand bias = data.normal(F32, last);
                    var forward =
                            Ops.nativeLayerNorm(x.ours(), last, weight.ours(), bias.ours(), 1e-5);
                    data.own(forward.out());
                    Operand mean = data.read(forward.mean());
                    Operand rstd = data.read(forward.rstd());
                    return data.returning(
                                    3,
                                    () ->
                                            Ops.nativeLayerNormBackward(
                                                    gradient.ours(),
                                                    x.ours(),
                                                    last,
                                                    mean.ours(),
                                                    rstd.ours(),
                                                    weight.ours(),
                                                    bias.ours()),
                                    "native_layer_norm_backward",
                                    gradient,
                                    x,
                                    last,
                                    mean,
                                    rstd,
                                    weight,
                                    bias,
                                    true)
                            .scale(Math.sqrt(rows));
                });
        row(
                "rms_norm f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand weight = data.normal(F32, last);
                    return data.returning(
                                    1,
                                    () -> Ops.rmsNorm(x.ours(), last, weight.ours(), 1e-5),
                                    "rms_norm",
                                    x,
                                    last,
                                    weight,
                                    1e-5)
                            .scale(1);
                });
    }

    private void batchNorm(long... sizes) {
        long channels = sizes[1];
        for (boolean training : new boolean[] {true, false}) {
            row(
                    "batch_norm " + (training ? "train" : "eval") + " f32 " + shape(sizes),
                    data -> {
                        Operand x = data.normal(F32, sizes);
                        Operand weight = data.normal(F32, channels);
                        Operand bias = data.normal(F32, channels);
                        Operand mean = data.changed(data.normal(F32, channels));
                        Operand variance = data.changed(data.uniform(F32, 0.5, 2, channels));
                        return data.returning(
                                        3,
                                        () ->
                                                Ops.nativeBatchNorm(
                                                        x.ours(),
                                                        weight.ours(),
                                                        bias.ours(),
                                                        mean.ours(),
                                                        variance.ours(),
                                                        training,
                                                        0.1,
                                                        1e-5),
                                        "native_batch_norm",
                                        x,
                                        weight,
                                        bias,
                                        mean,
                                        variance,
                                        training,
                                        0.1,
                                        1e-5)
                                .scale(1)
                                .comparing(1);
                    });
        }
        row(
                "batch_norm backward f32 " + shape(sizes),
                data -> {
                    Operand gradient = data.normal(F32, sizes);
                    Operand x = data.normal(F32, sizes);
                    Operand weight = data.normal(F32, channels);
                    var forward =
                            Ops.nativeBatchNorm(
                                    x.ours(),
                                    weight.ours(),
                                    weight.ours(),
                                    null,
                                    null,
                                    true,
                                    0.1,
                                    1e-5);
                    data.own(forward.out());
                    Operand mean = data.read(forward.saveMean());
                    Operand rstd = data.read(forward.saveInvstd());
                    return data.returning(
                                    3,
                                    () ->
                                            Ops.nativeBatchNormBackward(
                                                    gradient.ours(),
                                                    x.ours(),
                                                    weight.ours(),
                                                    mean.ours(),
                                                    rstd.ours(),
                                                    true),
                                    "native_batch_norm_backward",
                                    gradient,
                                    x,
                                    weight,
                                    null,
                                    null,
                                    mean,
                                    rstd,
                                    true,
                                    1e-5,
                                    true)
                            .scale(Math.sqrt(x.ours().numel() / channels));
                });
    }

    private void groupNorm(long... sizes) {
        long channels = sizes[1];
        row(
                "group_norm f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand weight = data.normal(F32, channels);
                    Operand bias = data.normal(F32, channels);
                    return data.returning(
                                    1,
                                    () ->
                                            Ops.groupNorm(
                                                    x.ours(), 32, weight.ours(), bias.ours(), 1e-5),
                                    "group_norm",
                                    x,
                                    32,
                                    weight,
                                    bias,
                                    1e-5,
                                    true)
                            .scale(1);
                });
        row(
                "instance_norm f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand weight = data.normal(F32, channels);
                    Operand bias = data.normal(F32, channels);
                    return data.returning(
                                    1,
                                    () ->
                                            Ops.instanceNorm(
                                                    x.ours(),
                                                    weight.ours(),
                                                    bias.ours(),
                                                    null,
                                                    null,
                                                    true,
                                                    0.1,
                                                    1e-5),
                                    "instance_norm",
                                    x,
                                    weight,
                                    bias,
                                    null,
                                    null,
                                    true,
                                    0.1,
                                    1e-5,
                                    true)
                            .scale(1);
                });
    }

    private void attention(long... sizes) {
        for (boolean causal : new boolean[] {false, true}) {
            String shape = (causal ? " causal f32 " : " f32 ") + shape(sizes);
            row(
                    "attention" + shape,
                    data -> {
                        Operand q = data.normal(F32, sizes);
                        Operand k = data.normal(F32, sizes);
                        Operand v = data.normal(F32, sizes);
                        return data.returning(
                                        1,
                                        () ->
                                                Ops.scaledDotProductAttention(
                                                        q.ours(), k.ours(), v.ours(), null, 0,
                                                        causal),
                                        "scaled_dot_product_attention",
                                        q,
                                        k,
                                        v,
                                        null,
                                        0.0,
                                        causal,
                                        null,
                                        false)
                                .within(2e-5)
                                .scale(0.1);
                    });
            row(
                    "attention backward" + shape,
                    data -> {
                        Operand gradient = data.normal(F32, sizes);
                        Operand q = data.normal(F32, sizes);
                        Operand k = data.normal(F32, sizes);
                        Operand v = data.normal(F32, sizes);
                        var forward =
                                Ops._scaledDotProductFlashAttentionForCpu(
                                        q.ours(), k.ours(), v.ours(), causal, null, null);
                        Operand out = data.read(forward.output());
                        Operand sums = data.read(forward.logsumexp());
                        return data.returning(
                                        3,
                                        () ->
                                                Ops._scaledDotProductFlashAttentionForCpuBackward(
                                                        gradient.ours(),
                                                        q.ours(),
                                                        k.ours(),
                                                        v.ours(),
                                                        sums.ours(),
                                                        causal,
                                                        null,
                                                        null),
                                        "_scaled_dot_product_flash_attention_for_cpu_backward",
                                        gradient,
                                        q,
                                        k,
                                        v,
                                        out,
                                        sums,
                                        0.0,
                                        causal,
                                        null,
                                        null)
                                .within(1e-4)
                                .scale(1);
                    });
        }
    }
}
