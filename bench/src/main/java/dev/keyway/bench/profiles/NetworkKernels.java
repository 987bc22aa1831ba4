// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.results.MaxPool2dWithIndicesResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Calls of what networks consist of in f32, by name. Products and convolutions come first: where
 * nothing ran before, each tile is measured in a process that knows vectors of one width.
 */
final class NetworkKernels {
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};
    private static final long[] NONE = {0, 0};

    private final Device device;
    private final Map<String, Supplier<Tensor>> all = new LinkedHashMap<>();

    private NetworkKernels(Device device) {
        this.device = device;
    }

    /** The calls. */
    static Map<String, Supplier<Tensor>> of(Device device) {
        NetworkKernels kernels = new NetworkKernels(device);
        kernels.products();
        kernels.convolutions();
        kernels.gradients("1 to 32", 1, 32, 28);
        kernels.gradients("32 to 64", 32, 64, 14);
        kernels.pooling();
        kernels.rest();
        kernels.all.put("network: training step", new TrainingStep(device));
        return kernels.all;
    }

    private void add(String name, Supplier<Tensor> call) {
        all.put("network: " + name, call);
    }

    private Tensor numbers(long... sizes) {
        return Ops.randn(device, DType.F32, sizes);
    }

    private void products() {
        Tensor large = numbers(192, 192);
        Tensor few = numbers(5, 192);
        Tensor one = numbers(1, 192);
        Tensor small = numbers(10, 24);
        Tensor bias = numbers(192);
        Tensor rows = numbers(12, 384);
        Tensor wide = numbers(384, 384);
        Tensor wideBias = numbers(384);
        Tensor batch = numbers(8, 24, 24);
        Tensor deep = numbers(30, 512);
        Tensor deepWeight = numbers(96, 512);
        add("mm 30x512x96", () -> deep.mm(deepWeight.t()));
        add("mm 192x192x192", () -> large.mm(large));
        add("mm 192x192x192, transposed", () -> large.t().mm(large.t()));
        add("mm 5x192x192", () -> few.mm(large));
        add("mm 1x192x192", () -> one.mm(large));
        add("mm 10x24x10", () -> small.mm(small.t()));
        add("bmm 8x24x24x24", () -> batch.bmm(batch));
        add("linear 5x192x192", () -> Ops.linear(few, large, bias));
        add("linear 12x384x384", () -> Ops.linear(rows, wide, wideBias));
    }

    private void convolutions() {
        Tensor image = numbers(2, 32, 28, 28);
        Tensor odd = numbers(2, 32, 25, 25);
        Tensor colours = numbers(1, 3, 56, 56);
        Tensor weight = numbers(32, 32, 3, 3);
        Tensor point = numbers(32, 32, 1, 1);
        Tensor depth = numbers(32, 1, 3, 3);
        Tensor stem = numbers(32, 3, 7, 7);
        Tensor small = numbers(2, 32, 14, 14);
        Tensor few = numbers(32, 4, 3, 3);
        Tensor wide = numbers(1, 32, 56, 56);
        long[] three = {3, 3};
        add("conv2d 3x3", () -> Ops.conv2d(image, weight, null, ONE, ONE));
        add("conv2d 3x3, odd", () -> Ops.conv2d(odd, weight, null, ONE, ONE));
        add("conv2d 3x3/2", () -> Ops.conv2d(image, weight, null, TWO, ONE));
        add("conv2d 1x1", () -> Ops.conv2d(image, point, null, ONE, NONE));
        add("conv2d 1x1/2", () -> Ops.conv2d(image, point, null, TWO, NONE));
        add("conv2d 7x7/2", () -> Ops.conv2d(colours, stem, null, TWO, three));
        add("conv2d depthwise", () -> Ops.conv2d(image, depth, null, ONE, ONE, ONE, 32));
        add("conv2d depthwise/2", () -> Ops.conv2d(wide, depth, null, TWO, ONE, ONE, 32));
        add("conv2d depthwise, wide", () -> Ops.conv2d(wide, depth, null, ONE, ONE, ONE, 32));
        add("conv2d 8 groups", () -> Ops.conv2d(image, few, null, ONE, ONE, ONE, 8));
        add("conv2d 1x1/2 to 7x7", () -> Ops.conv2d(small, point, null, TWO, NONE));
    }

    private void gradients(String name, long in, long out, long side) {
        Tensor image = numbers(8, in, side, side);
        Tensor weight = numbers(out, in, 3, 3);
        Tensor gradient = numbers(8, out, side, side);
        add("conv2d " + name, () -> Ops.conv2d(image, weight, null, ONE, ONE));
        add(
                "by input, " + name,
                () ->
                        Ops.convolutionBackwardInput(
                                gradient, weight, image.sizes(), ONE, ONE, ONE, 1));
        add(
                "by weight, " + name,
                () ->
                        Ops.convolutionBackwardWeight(
                                gradient, image, weight.sizes(), ONE, ONE, ONE, 1));
    }

    private void pooling() {
        Tensor image = numbers(8, 32, 28, 28);
        MaxPool2dWithIndicesResult pooled = Ops.maxPool2dWithIndices(image, TWO);
        add("max_pool2d", () -> Ops.maxPool2d(image, TWO));
        add(
                "gradient of max_pool2d",
                () -> Ops.maxPool2dBackward(pooled.out(), pooled.indices(), image.sizes()));
        add("relu", image::relu);
        add("mean of images", () -> image.mean(2L, 3L));
    }

    private void rest() {
        Tensor image = numbers(8, 32, 28, 28);
        Tensor channel = numbers(32);
        Tensor logits = numbers(64, 10);
        Tensor labels = Ops.randint(device, DType.I64, 0, 10, 64);
        add(
                "batch_norm",
                () -> Ops.batchNorm(image, channel, channel, null, null, true, 0.1, 1e-5));
        add("cross_entropy", () -> Ops.crossEntropy(logits, labels));
    }
}
