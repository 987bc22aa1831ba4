// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.bits;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A fixed set of computations on fixed numbers; sizes are no multiples of any vector length. */
final class Computations {
    private final Device device;
    private final DType dtype;
    private final Map<String, Supplier<Tensor>> all = new LinkedHashMap<>();

    private Computations(Device device, DType dtype) {
        this.device = device;
        this.dtype = dtype;
    }

    /** The computations by name, in one dtype. */
    static Map<String, Supplier<Tensor>> of(Device device, DType dtype) {
        Computations computations = new Computations(device, dtype);
        computations.products();
        if (dtype.isFloating()) {
            computations.pointwise();
            computations.functions();
            computations.reductions();
            computations.networks();
        } else {
            computations.integers();
        }
        return computations.all;
    }

    private void add(String name, Supplier<Tensor> computation) {
        all.put(dtype + " " + name, computation);
    }

    private Tensor numbers(long... sizes) {
        return dtype.isFloating()
                ? Ops.randn(device, dtype, sizes)
                : Ops.randint(device, dtype, -1000, 1000, sizes);
    }

    private void functions() {
        Tensor x = numbers(5, 7, 33);
        Tensor row = numbers(33);
        Tensor positive = x.abs().add(0.01);
        add("exp2", x::exp2);
        add("asinh", x::asinh);
        add("acosh", () -> positive.add(1L).acosh());
        add("atanh", () -> x.mul(0.1).atanh());
        add("atan2", () -> x.atan2(positive));
        add("hypot", () -> x.hypot(row));
        add("floor_divide", () -> x.floorDivide(positive));
        add("logaddexp", () -> x.logaddexp(row));
        add("erf", x::erf);
        add("gelu", () -> Ops.gelu(x));
        add("elu", () -> Ops.elu(x));
        add("hardswish", () -> Ops.hardswish(x));
        add("clamp", () -> x.clamp(Scalar.of(-0.5), Scalar.of(0.5)));
        add("floor", x::floor);
        add("frac", x::frac);
        add("lerp", () -> x.lerp(positive, Scalar.of(0.3)));
        add("addcdiv", () -> x.addcdiv(x, positive));
        add("f16", () -> x.to(DType.F16).to(x.dtype()));
    }

    private void pointwise() {
        Tensor x = numbers(5, 7, 33);
        Tensor row = numbers(33);
        Tensor column = numbers(7, 1);
        Tensor positive = x.abs().add(0.01);
        add("exp", x::exp);
        add("log", positive::log);
        add("sqrt", positive::sqrt);
        add("rsqrt", positive::rsqrt);
        add("reciprocal", positive::reciprocal);
        add("sin", x::sin);
        add("cos", x::cos);
        add("tanh", x::tanh);
        add("sigmoid", x::sigmoid);
        add("relu", x::relu);
        add("pow", () -> positive.pow(row));
        add("add with alpha", () -> x.add(row, Scalar.of(0.3)));
        add("sub", () -> x.sub(column));
        add("mul", () -> x.mul(x.transpose(0, 1).contiguous().transpose(0, 1)));
        add("div", () -> x.div(positive));
        add("remainder", () -> x.remainder(positive));
        add("maximum", () -> x.maximum(column));
        add("threshold_backward", () -> Ops.thresholdBackward(x, x, Scalar.of(0.1)));
    }

    private void reductions() {
        Tensor x = numbers(5, 67, 33);
        Tensor large = numbers(70_001);
        add("sum of all", large::sum);
        add("mean of all", large::mean);
        add("max of all", large::amax);
        for (long dim = 0; dim < 3; dim++) {
            long d = dim;
            add("sum along " + d, () -> x.sum(d));
            add("amin along " + d, () -> x.amin(d));
            add("amax along " + d, () -> x.amax(d));
            add("logcumsumexp along " + d, () -> x.logcumsumexp(d));
            add("argmax along " + d, () -> x.argmax(d));
            add("var along " + d, () -> x.var(d));
            add("prod along " + d, () -> x.prod(d));
            add("softmax along " + d, () -> x.softmax(d));
            add("log_softmax along " + d, () -> x.logSoftmax(d));
            add("gradient of softmax along " + d, () -> Ops._softmaxBackwardData(x, x, d));
            add("logsumexp along " + d, () -> x.logsumexp(d));
            add("cumsum along " + d, () -> x.cumsum(d));
            add("argsort along " + d, () -> x.argsort(d));
        }
    }

    private void products() {
        Tensor a = numbers(37, 53);
        Tensor b = numbers(53, 41);
        Tensor deep = numbers(3, 1031);
        add("mm", () -> a.mm(b));
        add("mm, transposed", () -> b.t().mm(a.t()));
        add("mm, deep", () -> deep.mm(deep.t()));
        add("matrix by vector", () -> a.matmul(b.select(1, 0)));
        add("bmm", () -> a.expand(2, 37, 53).bmm(b.expand(2, 53, 41)));
    }

    private void integers() {
        Tensor x = numbers(5, 67, 33);
        add("sum", () -> x.sum(1L));
        add("amax", () -> x.amax(2L));
        add("mul", () -> x.mul(x));
        add("floor_divide", () -> x.floorDivide(x.abs().add(1L)));
    }

    private void networks() {
        long[] ones = {1, 1};
        Tensor image = numbers(2, 5, 13, 11);
        Tensor weight = numbers(7, 5, 3, 3);
        Tensor grad = numbers(2, 7, 13, 11);
        Tensor perChannel = numbers(7);
        add("conv2d", () -> Ops.conv2d(image, weight, perChannel, ones, ones));
        add(
                "gradient of conv2d by input",
                () ->
                        Ops.convolutionBackwardInput(
                                grad, weight, image.sizes(), ones, ones, ones, 1));
        add(
                "gradient of conv2d by weight",
                () ->
                        Ops.convolutionBackwardWeight(
                                grad, image, weight.sizes(), ones, ones, ones, 1));
        add("max_pool2d", () -> Ops.maxPool2d(grad, 2, 2));
        add("avg_pool2d", () -> Ops.avgPool2d(grad, new long[] {3, 3}, ones, 1, 1));
        add(
                "batch_norm",
                () -> Ops.batchNorm(grad, perChannel, perChannel, null, null, true, 0.1, 1e-5));
        add("gradients of a network", () -> gradients(image, weight, perChannel));
        add("dropout", () -> dropout(image));
        long[] row = {11};
        Tensor perColumn = numbers(11);
        add("layer_norm", () -> Ops.layerNorm(image, row, perColumn, perColumn, 1e-5));
        add("rms_norm", () -> Ops.rmsNorm(image, row, perColumn, 1e-5));
        Tensor query = numbers(1, 2, 37, 9);
        Tensor keys = numbers(1, 2, 131, 9);
        add("attention", () -> Ops.scaledDotProductAttention(query, keys, keys));
    }

    /** The gradients by weight and scale of a small network, side by side. */
    private Tensor gradients(Tensor image, Tensor weight, Tensor perChannel) {
        Tensor w = weight.detach().requiresGrad_(true);
        Tensor scale = perChannel.detach().requiresGrad_(true);
        Tensor target = device.keyway().tensor(device, new long[] {1, 3}, 2);
        Tensor convolved = Ops.conv2d(image, w, null, new long[] {1, 1}, new long[] {1, 1});
        Tensor normed = Ops.batchNorm(convolved, scale, scale, null, null, true, 0.1, 1e-5);
        Tensor pooled = Ops.maxPool2d(normed.relu(), 2, 2);
        Ops.crossEntropy(pooled.flatten(1), target).backward();
        Tensor first = java.util.Objects.requireNonNull(w.grad());
        Tensor second = java.util.Objects.requireNonNull(scale.grad());
        return Ops.cat(List.of(first.flatten(), second), 0);
    }

    private Tensor dropout(Tensor image) {
        device.keyway().manualSeed(11);
        return Ops.dropout(image, 0.4, true);
    }
}
