// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Calls of the CPU's vectorised kernels on tensors in cache, by name. */
final class Kernels {
    private final Device device;
    private final DType dtype;
    private final Map<String, Supplier<Tensor>> all = new LinkedHashMap<>();

    private Kernels(Device device, DType dtype) {
        this.device = device;
        this.dtype = dtype;
    }

    /** The calls in one dtype. */
    static Map<String, Supplier<Tensor>> of(Device device, DType dtype) {
        Kernels kernels = new Kernels(device, dtype);
        kernels.reductions();
        kernels.pointwise();
        if (dtype.isFloating()) {
            kernels.functions();
            kernels.rows();
            kernels.products();
            kernels.networks();
        }
        return kernels.all;
    }

    private void add(String name, Supplier<Tensor> call) {
        all.put(dtype + " " + name, call);
    }

    private Tensor numbers(long... sizes) {
        return dtype.isFloating()
                ? Ops.randn(device, dtype, sizes)
                : Ops.randint(device, dtype, -1000, 1000, sizes);
    }

    private void reductions() {
        Tensor x = numbers(64, 1024);
        Tensor truth = x.gt(0);
        add("sum", x::sum);
        add("any", truth::any);
        for (long dim = 0; dim < 2; dim++) {
            long d = dim;
            add("sum along " + d, () -> x.sum(d));
            add("amax along " + d, () -> x.amax(d));
            add("all along " + d, () -> truth.all(d));
            add("amin along " + d, () -> x.amin(d));
            add("argmax along " + d, () -> x.argmax(d));
            add("cumsum along " + d, () -> x.cumsum(d));
            if (dtype.isFloating()) {
                add("prod along " + d, () -> x.prod(d));
                add("var along " + d, () -> x.var(d));
                add("logsumexp along " + d, () -> x.logsumexp(d));
                add("softmax along " + d, () -> x.softmax(d));
                add("log_softmax along " + d, () -> x.logSoftmax(d));
                add("gradient of softmax along " + d, () -> Ops._softmaxBackwardData(x, x, d));
            }
        }
    }

    private void pointwise() {
        Tensor x = numbers(64, 1024);
        Tensor row = numbers(1024);
        Tensor column = numbers(64, 1);
        Tensor condition = x.gt(0);
        add("add", () -> x.add(x));
        add("add, alpha", () -> x.add(row, Scalar.of(3)));
        add("mul", () -> x.mul(column));
        add("maximum", () -> x.maximum(row));
        add("lt", () -> x.lt(row));
        add("where", () -> Ops.where(condition, x, x));
        add("clamp", () -> x.clamp(Scalar.of(-1), Scalar.of(1)));
        add("copy of a transposed matrix", () -> x.t().contiguous());
    }

    private void functions() {
        Tensor x = numbers(64, 1024);
        Tensor positive = x.abs().add(0.01);
        add("exp", x::exp);
        add("log", positive::log);
        add("sin", x::sin);
        add("tanh", x::tanh);
        add("erf", x::erf);
        add("sigmoid", x::sigmoid);
        add("exp2", x::exp2);
        add("asinh", x::asinh);
        add("acosh", () -> positive.acosh());
        add("atanh", x::atanh);
        add("floor", x::floor);
        add("frac", x::frac);
        add("square", x::square);
        add("hardtanh", () -> Ops.hardtanh(x));
        add("hardswish", () -> Ops.hardswish(x));
        add("leaky_relu", () -> Ops.leakyRelu(x));
        add("elu", () -> Ops.elu(x));
        add("atan2", () -> x.atan2(positive));
        add("hypot", () -> x.hypot(positive));
        add("floor_divide", () -> x.floorDivide(positive));
        add("lerp", () -> x.lerp(positive, Scalar.of(0.25)));
        add("gelu", () -> Ops.gelu(x));
        add("silu", () -> Ops.silu(x));
        add("pow", () -> positive.pow(positive));
        add("addcmul", () -> x.addcmul(x, x));
        add("addcdiv", () -> x.addcdiv(x, positive));
        add("gradient of a threshold", () -> Ops.thresholdBackward(x, x, Scalar.of(0.1)));
    }

    private void rows() {
        Tensor x = numbers(64, 1024);
        Tensor row = numbers(1024);
        long[] shape = {1024};
        add("layer_norm", () -> Ops.layerNorm(x, shape, row, row, 1e-5));
        add("rms_norm", () -> Ops.rmsNorm(x, shape, row, 1e-5));
        add("argsort", () -> x.argsort(1L));
        Tensor queries = numbers(1, 4, 128, 32);
        add("attention", () -> Ops.scaledDotProductAttention(queries, queries, queries));
    }

    private void products() {
        Tensor a = numbers(96, 256);
        Tensor b = numbers(256, 96);
        Tensor small = numbers(16, 64);
        Tensor vector = numbers(256);
        Tensor bias = numbers(96);
        add("mm", () -> a.mm(b));
        add("mm, transposed", () -> a.mm(a.t()));
        add("mm, narrow", () -> small.mm(small.t()));
        add("matrix by vector", () -> a.matmul(vector));
        add("vector by matrix", () -> vector.matmul(b));
        add("linear", () -> Ops.linear(a, a, bias));
    }

    private void networks() {
        long[] one = {1, 1};
        long[] two = {2, 2};
        long[] none = {0, 0};
        Tensor image = numbers(2, 32, 28, 28);
        Tensor weight = numbers(32, 32, 3, 3);
        Tensor point = numbers(32, 32, 1, 1);
        Tensor depth = numbers(32, 1, 3, 3);
        Tensor channel = numbers(32);
        Tensor bias = numbers(64);
        Tensor half = numbers(2, 32, 14, 14);
        Tensor wide = numbers(1, 32, 56, 56);
        Tensor last = numbers(1, 256, 7, 7).contiguous(MemoryFormat.CHANNELS_LAST);
        Tensor many = numbers(64, 256, 1, 1);
        add("conv2d 3x3", () -> Ops.conv2d(image, weight, channel, one, one));
        add("conv2d 3x3/2", () -> Ops.conv2d(image, weight, channel, two, one));
        add("conv2d 1x1", () -> Ops.conv2d(image, point, channel, one, none));
        add("conv2d 1x1/2", () -> Ops.conv2d(image, point, channel, two, none));
        add("conv2d 1x1, channels last", () -> Ops.conv2d(last, many, bias, one, none));
        add("conv2d depthwise", () -> Ops.conv2d(image, depth, channel, one, one, one, 32));
        add("conv2d depthwise/2", () -> Ops.conv2d(wide, depth, channel, two, one, one, 32));
        add("conv2d depthwise, wide", () -> Ops.conv2d(wide, depth, channel, one, one, one, 32));
        add(
                "gradient of conv2d by input",
                () -> Ops.convolutionBackwardInput(image, weight, image.sizes(), one, one, one, 1));
        add(
                "gradient of conv2d by weight",
                () ->
                        Ops.convolutionBackwardWeight(
                                image, image, weight.sizes(), one, one, one, 1));
        add("conv_transpose2d", () -> Ops.convTranspose2d(half, point, channel, two));
        add("max_pool2d", () -> Ops.maxPool2d(image, 2, 2));
        add("avg_pool2d", () -> Ops.avgPool2d(image, 2, 2));
        add(
                "batch_norm",
                () -> Ops.batchNorm(image, channel, channel, null, null, true, 0.1, 1e-5));
        add("upsample_bilinear2d", () -> Ops.upsampleBilinear2d(image, new long[] {56, 56}, false));
    }
}
