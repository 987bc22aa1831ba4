// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A convolution forward without bias. Keyway computes on images with their channels last where that
 * is faster; oneDNN in its own layouts and by its direct algorithm, which is exact as ours is but
 * where Winograd's is allowed.
 */
final class ConvolutionContest extends OneDnnContest {
    private static final int DIRECT = 1;

    private final Shape shape;
    private final boolean winograd;
    private final Tensor images;
    private final Tensor weight;

    /**
     * Sizes.
     *
     * @param n batch
     * @param c channels
     * @param size side of the image
     * @param k channels out
     * @param window its side
     * @param stride of the window
     * @param padding of the image
     * @param groups of channels
     */
    record Shape(int n, int c, int size, int k, int window, int stride, int padding, int groups) {
        /** Whether there are fewer products to be had than the definition has. */
        boolean suitsWinograd() {
            return window == 3 && stride == 1 && groups == 1;
        }

        int out() {
            return (size + 2 * padding - window) / stride + 1;
        }

        @Override
        public String toString() {
            String kind = groups == 1 ? "" : groups == c ? " depthwise" : " groups " + groups;
            return "conv " + c + "->" + k + " " + window + "x" + window + "/" + stride + kind
                    + " at " + size + " batch " + n;
        }
    }

    ConvolutionContest(Shape shape, boolean winograd, int threads) {
        super(
                new KeywaySide(threads, winograd),
                threads,
                shape.n,
                shape.k,
                shape.out(),
                shape.out());
        this.shape = shape;
        this.winograd = winograd;
        Tensor input = tensor(1, shape.n, shape.c, shape.size, shape.size);
        weight = tensor(2, shape.k, shape.c / shape.groups, shape.window, shape.window);
        long[] filter =
                shape.groups == 1
                        ? weight.sizes()
                        : new long[] {
                            shape.groups,
                            shape.k / shape.groups,
                            shape.c / shape.groups,
                            shape.window,
                            shape.window
                        };
        images = input.contiguous(format());
        prepare(describe(filter, input), input, weight, filter, null);
    }

    /** Windows of a few channels alone are faster in rows. */
    private MemoryFormat format() {
        return shape.groups == 1 ? side.convolutionFormat() : MemoryFormat.CONTIGUOUS;
    }

    private long describe(long[] filter, Tensor input) {
        ValueLayout p = ValueLayout.JAVA_LONG;
        ValueLayout i = ValueLayout.JAVA_INT;
        return library.make(
                "dnnl_convolution_forward_primitive_desc_create",
                List.of(p, i, i, p, p, p, p, p, p, p, p, p),
                library.engine(),
                INFERENCE,
                DIRECT,
                library.description(false, input.sizes()),
                library.description(false, filter),
                0L,
                library.description(false, shape.n, shape.k, shape.out(), shape.out()),
                library.numbers(shape.stride, shape.stride),
                library.numbers(0, 0),
                library.numbers(shape.padding, shape.padding),
                library.numbers(shape.padding, shape.padding),
                0L);
    }

    @Override
    Tensor compute() {
        long[] stride = {shape.stride, shape.stride};
        long[] padding = {shape.padding, shape.padding};
        return Ops.conv2d(images, weight, null, stride, padding, new long[] {1, 1}, shape.groups);
    }

    @Override
    double terms() {
        return (double) shape.c / shape.groups * shape.window * shape.window;
    }

    /**
     * Winograd's algorithm has a root mean square error of up to 14/9 roundings of as many
     * products, and single results that are 25 times as far off.
     */
    @Override
    double roundings() {
        return winograd ? 25 * 14.0 / 9 * 0x1p-24 : super.roundings();
    }

    @Override
    String flags() {
        return "direct, its own layouts";
    }
}
