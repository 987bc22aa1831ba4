// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.LibtorchFunction.Setup;
import dev.keyway.bench.peers.LibtorchFunction.Work;
import java.util.ArrayList;
import java.util.List;

/** Attention, normalizations and activations of networks, against libtorch. */
public final class LibtorchNetworks implements ContestFamily {
    private static final long HEADS = 12;
    private static final long HEAD = 32;
    private static final double EPS = 1e-5;

    private final List<Entry> entries = new ArrayList<>();

    /** For {@code ServiceLoader}. */
    public LibtorchNetworks() {
        for (int steps : new int[] {128, 512, 2048}) {
            attention(steps, false, steps == 512);
            attention(steps, true, false);
        }
        for (long[] sizes : new long[][] {{128, 384}, {4096, 1024}}) {
            layerNorm(sizes, sizes[0] == 128);
        }
        for (long[] sizes : new long[][] {{1, 64, 56, 56}, {8, 64, 112, 112}}) {
            batchNorm(sizes, sizes[0] == 1);
        }
        for (int count : new int[] {1 << 12, 1 << 16, 1 << 20, 1 << 24}) {
            gelu(count, count == 1 << 16);
        }
    }

    @Override
    public String peer() {
        return "libtorch";
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    private void add(
            String name, boolean quick, double amount, String unit, String function, Setup setup) {
        entries.add(
                new Entry(
                        name,
                        quick,
                        threads -> new LibtorchFunction(threads, amount, unit, function, setup)));
    }

    private static double product(long... sizes) {
        double product = 1;
        for (long size : sizes) {
            product *= size;
        }
        return product;
    }

    private static float[] numbers(long seed, long... sizes) {
        return Numbers.normal((int) product(sizes), seed);
    }

    private void attention(int steps, boolean causal, boolean quick) {
        long[] sizes = {1, HEADS, steps, HEAD};
        double products = 4.0 * HEADS * steps * steps * HEAD / (causal ? 2 : 1);
        add(
                "attention " + steps + (causal ? " causal" : ""),
                quick,
                products,
                "GFLOP/s",
                "at::scaled_dot_product_attention, 12 heads of 32",
                (side, torch) -> {
                    Tensor q = side.tensor(numbers(1, sizes), sizes);
                    Tensor k = side.tensor(numbers(2, sizes), sizes);
                    Tensor v = side.tensor(numbers(3, sizes), sizes);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops28scaled_dot_product_attention4callERKNS_6T"
                                                    + "ensorES4_S4_RKSt8optionalIS2_EdbS5_IdEb",
                                            1)
                                    .tensor(torch.tensor(numbers(1, sizes), sizes))
                                    .tensor(torch.tensor(numbers(2, sizes), sizes))
                                    .tensor(torch.tensor(numbers(3, sizes), sizes))
                                    .optional(null)
                                    .real(0)
                                    .flag(causal)
                                    .noReal()
                                    .flag(false);
                    return new Work(
                            () -> Ops.scaledDotProductAttention(q, k, v, null, 0, causal),
                            call,
                            () -> call.result(0),
                            1);
                });
    }

    private void layerNorm(long[] sizes, boolean quick) {
        long width = sizes[1];
        add(
                "layer norm " + sizes[0] + "x" + width,
                quick,
                8 * product(sizes),
                "GB/s",
                "at::native_layer_norm",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers(1, sizes), sizes);
                    Tensor weight = side.tensor(numbers(2, width), width);
                    Tensor bias = side.tensor(numbers(3, width), width);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops17native_layer_norm4callERKNS_6TensorEN3c108"
                                                    + "ArrayRefINS5_6SymIntEEERKSt8optionalIS2_ESC_d",
                                            3)
                                    .tensor(torch.tensor(numbers(1, sizes), sizes))
                                    .list(width)
                                    .optional(torch.tensor(numbers(2, width), width))
                                    .optional(torch.tensor(numbers(3, width), width))
                                    .real(EPS);
                    long[] shape = {width};
                    return new Work(
                            () -> Ops.layerNorm(x, shape, weight, bias, EPS),
                            call,
                            () -> call.result(0),
                            1);
                });
    }

    private void batchNorm(long[] sizes, boolean quick) {
        long channels = sizes[1];
        add(
                "batch norm " + sizes[0] + "x" + channels + "x" + sizes[2] + "x" + sizes[3],
                quick,
                8 * product(sizes),
                "GB/s",
                "at::native_batch_norm, running statistics",
                (side, torch) -> {
                    float[] scales = numbers(4, channels);
                    for (int i = 0; i < scales.length; i++) {
                        scales[i] = 1 + scales[i] * scales[i];
                    }
                    Tensor x = side.tensor(numbers(1, sizes), sizes);
                    Tensor weight = side.tensor(numbers(2, channels), channels);
                    Tensor bias = side.tensor(numbers(3, channels), channels);
                    Tensor var = side.tensor(scales, channels);
                    NDArray theirBias = torch.tensor(numbers(3, channels), channels);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops17native_batch_norm4callERKNS_6TensorERKSt8o"
                                                    + "ptionalIS2_ES8_S8_S8_bdd",
                                            3)
                                    .tensor(torch.tensor(numbers(1, sizes), sizes))
                                    .optional(torch.tensor(numbers(2, channels), channels))
                                    .optional(theirBias)
                                    .optional(theirBias)
                                    .optional(torch.tensor(scales, channels))
                                    .flag(false)
                                    .real(0.1)
                                    .real(EPS);
                    return new Work(
                            () -> Ops.batchNorm(x, weight, bias, bias, var, false, 0.1, EPS),
                            call,
                            () -> call.result(0),
                            1);
                });
    }

    private void gelu(int count, boolean quick) {
        add(
                "gelu " + count,
                quick,
                8.0 * count,
                "GB/s",
                "at::gelu_out",
                (side, torch) -> {
                    Tensor x = side.tensor(numbers(1, count), count);
                    Tensor out = side.tensor(new float[count], count);
                    NDArray theirOut = torch.tensor(new float[count], count);
                    TorchCall call =
                            new TorchCall(
                                            torch,
                                            "_ZN2at4_ops8gelu_out4callERKNS_6TensorESt17basic_strin"
                                                    + "g_viewIcSt11char_traitsIcEERS2_",
                                            0)
                                    .tensor(torch.tensor(numbers(1, count), count))
                                    .text("none")
                                    .tensor(theirOut);
                    return new Work(() -> Ops.geluOut(out, x), call, () -> theirOut, 1);
                });
    }
}
