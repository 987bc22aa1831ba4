// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.KernelCall;
import org.jspecify.annotations.Nullable;

/**
 * The launches of one call over {@code [images, channels, pixels]}, from {@code normalization.cl};
 * one workspace has sums of planes, the other mean, inverse deviation and variance of each channel.
 */
final class BatchNorm {
    private final KernelCall call;
    private final OpenClStream stream;
    private final DType dtype;
    private final long images;
    private final long channels;
    private final long pixels;
    private final Workspace partial;
    private final Workspace channelValues;

    BatchNorm(KernelCall call, DType dtype, Tensor input) {
        this.call = call;
        this.stream = OpenClStream.of(call);
        this.dtype = dtype;
        this.images = input.size(0);
        this.channels = input.size(1);
        long product = 1;
        for (int d = 2; d < input.dim(); d++) {
            product *= input.size(d);
        }
        this.pixels = product;
        this.partial = Workspace.of(call, 2 * images * channels, dtype.itemSize());
        this.channelValues = Workspace.of(call, 3 * channels, dtype.itemSize());
    }

    /** Values of a channel. */
    double count() {
        return (double) images * pixels;
    }

    /** The place of per-channel values. */
    @FunctionalInterface
    interface Place {
        Arguments addTo(Arguments args);
    }

    static Place at(Tensor tensor) {
        return args -> args.tensor(tensor);
    }

    Place ownMean() {
        return perChannel(0);
    }

    Place ownInverse() {
        return perChannel(1);
    }

    Place ownVariance() {
        return perChannel(2);
    }

    private Place perChannel(int row) {
        return args -> args.workspace(channelValues, row * channels);
    }

    private Arguments partial(Arguments args) {
        return args.workspace(partial, 0);
    }

    private KernelSource source(DType running) {
        return Vectors.source(stream.info(), dtype, "normalization", running);
    }

    private void launch(String entry, WorkSize size, Arguments args) {
        stream.launch(call.operatorName(), source(dtype), entry, size, args);
    }

    private Arguments real(Arguments args, double value) {
        return dtype == DType.F64 ? args.real(value) : args.real((float) value);
    }

    /** Mean and inverse deviation, and the variance in the workspace. */
    void statistics(Tensor input, Tensor mean, Tensor inverse, double eps) {
        WorkSize planes = WorkSize.heavy(images * channels, 1);
        Arguments sums = partial(new Arguments()).tensor(input);
        launch("sums", planes, sums.number(images * channels).number(channels).number(pixels));
        Arguments means = partial(new Arguments().tensor(mean));
        means.number(channels).number(images).number(pixels);
        launch("means", WorkSize.of(channels), means);
        Arguments squares = partial(new Arguments()).tensor(input).tensor(mean);
        squares.number(images * channels).number(channels).number(pixels);
        launch("squares", planes, squares);
        Arguments inverses = ownVariance().addTo(new Arguments().tensor(inverse));
        partial(inverses).number(channels).number(images).number(pixels);
        launch("inverses", WorkSize.of(channels), real(inverses, eps));
    }

    /** {@code running = (1 - momentum) running + momentum scale values}. */
    void track(Tensor running, Place values, double momentum, double scale) {
        Arguments args = values.addTo(new Arguments().tensor(running)).number(channels);
        real(real(args, 1 - momentum), momentum * scale);
        launch("track", running.dtype(), args);
    }

    /** Mean and inverse deviation in the workspace. */
    void fromRunning(Tensor mean, Tensor variance, double eps) {
        Arguments means = ownMean().addTo(new Arguments()).tensor(mean).number(channels);
        launch("from_running", mean.dtype(), means);
        Arguments inverses = ownInverse().addTo(new Arguments()).tensor(variance);
        launch("inverse_running", variance.dtype(), real(inverses.number(channels), eps));
    }

    private void launch(String entry, DType running, Arguments args) {
        stream.launch(call.operatorName(), source(running), entry, WorkSize.of(channels), args);
    }

    void normalize(
            Tensor out,
            Tensor input,
            Place mean,
            Place inverse,
            @Nullable Tensor weight,
            @Nullable Tensor bias) {
        Arguments args = new Arguments().tensor(out).tensor(input);
        inverse.addTo(mean.addTo(args));
        optional(optional(args, weight, out), bias, out).number(channels).number(pixels);
        launch("apply_statistics", WorkSize.rows(pixels, images * channels), args);
    }

    /** The tensor and 1, or any tensor and 0. */
    private static Arguments optional(Arguments args, @Nullable Tensor tensor, Tensor any) {
        return args.tensor(tensor == null ? any : tensor).integer(tensor == null ? 0 : 1);
    }

    /** Results are the gradients of input, weight and bias. */
    void backward(
            Tensor[] out,
            Tensor grad,
            Tensor input,
            @Nullable Tensor weight,
            Tensor mean,
            Tensor inverse,
            boolean training) {
        long planes = images * channels;
        Arguments sums = partial(new Arguments()).tensor(grad).tensor(input);
        sums.tensor(mean).tensor(inverse).number(planes).number(channels).number(pixels);
        launch("gradient_sums", WorkSize.heavy(planes, 1), sums);
        sum(out[2], 0);
        sum(out[1], planes);
        Arguments args = new Arguments().tensor(out[0]).tensor(grad).tensor(input);
        optional(args.tensor(mean).tensor(inverse), weight, grad);
        args.tensor(out[1]).tensor(out[2]).integer(training ? 1 : 0);
        args.number(channels).number(pixels);
        launch("backward", WorkSize.rows(pixels, planes), real(args, count()));
    }

    private void sum(Tensor out, long first) {
        Arguments args = new Arguments().tensor(out).workspace(partial, first);
        launch("gather_sums", WorkSize.of(channels), args.number(channels).number(images));
    }
}
