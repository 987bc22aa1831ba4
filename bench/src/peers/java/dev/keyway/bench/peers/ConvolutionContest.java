// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution forward without bias. Keyway computes on row-major tensors; oneDNN in the layouts
 * it likes best, with its weights and its input brought into them before the time starts, and by
 * its direct algorithm, which is exact as ours is.
 */
final class ConvolutionContest implements Contest {
    private static final int INFERENCE = 96;
    private static final int DIRECT = 1;

    private final Shape shape;
    private final int threads;
    private final KeywaySide side;
    private final OneDnn library = new OneDnn();
    private final Tensor input;
    private final Tensor weight;
    private @Nullable Tensor last;
    private final Tensor theirs;
    private final long description;
    private final long primitive;
    private final long arguments;
    private final long target;

    /**
     * Sizes: batch, channels, side of the image, channels out, side of the window, stride, padding.
     */
    record Shape(int n, int c, int size, int k, int window, int stride, int padding) {
        int out() {
            return (size + 2 * padding - window) / stride + 1;
        }

        @Override
        public String toString() {
            return "conv " + c + "->" + k + " " + window + "x" + window + "/" + stride + " at "
                    + size + " batch " + n;
        }
    }

    ConvolutionContest(Shape shape, int threads) {
        this.shape = shape;
        this.threads = threads;
        side = new KeywaySide(threads);
        long[] in = {shape.n, shape.c, shape.size, shape.size};
        long[] filter = {shape.k, shape.c, shape.window, shape.window};
        long[] out = {shape.n, shape.k, shape.out(), shape.out()};
        input = tensor(in, 1);
        weight = tensor(filter, 2);
        theirs = tensor(out, 3);
        description = describe(in, filter, out);
        primitive = library.primitive(description);
        long from = prepared(OneDnn.QUERY_SOURCE, input, in);
        long weights = prepared(OneDnn.QUERY_WEIGHTS, weight, filter);
        target = library.memory(library.chosen(description, OneDnn.QUERY_TARGET), 0);
        arguments =
                library.arguments(
                        OneDnn.SOURCE, from, OneDnn.WEIGHTS, weights, OneDnn.TARGET, target);
    }

    private Tensor tensor(long[] sizes, long seed) {
        long count = sizes[0] * sizes[1] * sizes[2] * sizes[3];
        return side.tensor(Numbers.normal((int) count, seed), sizes);
    }

    private long describe(long[] in, long[] filter, long[] out) {
        ValueLayout p = ValueLayout.JAVA_LONG;
        ValueLayout i = ValueLayout.JAVA_INT;
        return library.make(
                "dnnl_convolution_forward_primitive_desc_create",
                List.of(p, i, i, p, p, p, p, p, p, p, p, p),
                library.engine(),
                INFERENCE,
                DIRECT,
                library.description(false, in),
                library.description(false, filter),
                0L,
                library.description(false, out),
                library.numbers(shape.stride, shape.stride),
                library.numbers(0, 0),
                library.numbers(shape.padding, shape.padding),
                library.numbers(shape.padding, shape.padding),
                0L);
    }

    /** The tensor in the layout that the primitive chose. */
    private long prepared(int what, Tensor tensor, long[] sizes) {
        long plain = library.description(true, sizes);
        long chosen = library.chosen(description, what);
        long memory = library.memory(chosen, 0);
        library.reorder(plain, library.memory(plain, tensor.address()), chosen, memory);
        return memory;
    }

    @Override
    public void ours() {
        long[] stride = {shape.stride, shape.stride};
        Tensor result = Ops.conv2d(input, weight, null, stride, shape.padding, shape.padding);
        if (last != null) {
            last.close();
        }
        last = result;
    }

    @Override
    public void peer() {
        library.execute(primitive, arguments, 3);
    }

    @Override
    public double difference() {
        long plain = library.description(true, shape.n, shape.k, shape.out(), shape.out());
        long chosen = library.chosen(description, OneDnn.QUERY_TARGET);
        library.reorder(chosen, target, plain, library.memory(plain, theirs.address()));
        double terms = (double) shape.c * shape.window * shape.window;
        Tensor result = last;
        return result == null
                ? Double.NaN
                : Numbers.difference(
                        result.toFloatArray(),
                        theirs.toFloatArray(),
                        1e-6 * Math.sqrt(terms),
                        Math.sqrt(terms));
    }

    @Override
    public String description() {
        return library.version()
                + " "
                + library.implementation(description)
                + ", direct, its own layouts, weights packed before, "
                + threads
                + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public double amount() {
        double outputs = (double) shape.n * shape.k * shape.out() * shape.out();
        return 2 * outputs * shape.c * shape.window * shape.window;
    }

    @Override
    public String unit() {
        return "GFLOP/s";
    }

    @Override
    public void close() {
        side.close();
    }
}
