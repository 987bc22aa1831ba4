// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Convolution in one to three directions, transposed, and its gradients, all from one enumeration
 * of the products: output (n, o, y...) takes weight (o, c, i...) times input (n, c', y s - p + i d
 * ...). Transposed convolution is the same with input and output exchanged. Tolerance as for matrix
 * products.
 */
@AutoService(OracleFamily.class)
public final class ConvolutionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ConvolutionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (int rank = 1; rank <= 3; rank++) {
            table.add("conv" + rank + "d", Oracle.single(ConvolutionOracles::forward));
            table.add("conv_transpose" + rank + "d", Oracle.single(ConvolutionOracles::transposed));
        }
        table.add(
                "convolution",
                Oracle.single(a -> a.flag("transposed") ? transposed(a) : forward(a)));
        table.add("convolution_backward_input", Oracle.single(ConvolutionOracles::backwardInput));
        table.add("convolution_backward_weight", Oracle.single(ConvolutionOracles::backwardWeight));
    }

    /** Receives the positions of one product's factors and result. */
    private interface Products {
        void accept(int input, int weight, int output);
    }

    private record Geometry(
            long[] input,
            long[] weight,
            long[] output,
            long[] stride,
            long[] padding,
            long[] dilation,
            long groups) {

        static long each(long[] list, int d) {
            return list.length == 1 ? list[0] : list[d];
        }

        static Geometry of(Arguments arguments, long[] input, long[] weight) {
            return new Geometry(
                    input,
                    weight,
                    output(arguments, input, weight),
                    arguments.integers("stride"),
                    arguments.integers("padding"),
                    arguments.integers("dilation"),
                    arguments.integer("groups"));
        }

        static long[] output(Arguments arguments, long[] input, long[] weight) {
            long[] output = input.clone();
            output[1] = weight[0];
            for (int d = 0; d < weight.length - 2; d++) {
                long reach = each(arguments.integers("dilation"), d) * (weight[d + 2] - 1) + 1;
                long room = input[d + 2] + 2 * each(arguments.integers("padding"), d) - reach;
                output[d + 2] = room / each(arguments.integers("stride"), d) + 1;
            }
            return output;
        }

        void forEach(Products products) {
            long perGroup = weight[0] / groups;
            int taps = Shapes.numel(weight) / (int) Math.max(1, weight[0]);
            long[] tapShape = Arrays.copyOfRange(weight, 1, weight.length);
            long[][] at = new long[taps][];
            Arrays.setAll(at, t -> Shapes.coordinates(t, tapShape));
            for (int out = 0; out < Shapes.numel(output); out++) {
                long[] to = Shapes.coordinates(out, output);
                long firstChannel = to[1] / perGroup * weight[1];
                for (int t = 0; t < taps; t++) {
                    int from = position(to, at[t], firstChannel);
                    if (from >= 0) {
                        products.accept(from, (int) (to[1] * taps + t), out);
                    }
                }
            }
        }

        /** Of the input's element that the tap meets; -1 in the padding. */
        private int position(long[] to, long[] tap, long firstChannel) {
            long position = to[0] * input[1] + firstChannel + tap[0];
            for (int d = 0; d < tap.length - 1; d++) {
                long from =
                        to[d + 2] * each(stride, d)
                                - each(padding, d)
                                + tap[d + 1] * each(dilation, d);
                if (from < 0 || from >= input[d + 2]) {
                    return -1;
                }
                position = position * input[d + 2] + from;
            }
            return Math.toIntExact(position);
        }
    }

    /** With a batch of 1 where there is none. */
    private static long[] batched(long[] shape, int rank) {
        if (shape.length == rank + 2) {
            return shape;
        }
        long[] result = new long[rank + 2];
        result[0] = 1;
        System.arraycopy(shape, 0, result, 1, rank + 1);
        return result;
    }

    private static long[] unbatched(long[] shape, HostArray like) {
        return shape.length == like.rank() ? shape : Arrays.copyOfRange(shape, 1, shape.length);
    }

    static Expected forward(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray weight = arguments.array("weight");
        long[] shape = batched(input.shape(), weight.rank() - 2);
        Geometry geometry = Geometry.of(arguments, shape, weight.shape());
        Totals totals = new Totals(input.type(), geometry.output());
        totals.bias(arguments.optionalArray("bias"));
        geometry.forEach((x, w, y) -> totals.add(y, input, x, weight, w));
        return totals.expected(unbatched(geometry.output(), input));
    }

    private static Expected transposed(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray weight = arguments.array("weight");
        int rank = weight.rank() - 2;
        long[] shape = batched(input.shape(), rank);
        long[] out = shape.clone();
        out[1] = weight.size(1) * arguments.integer("groups");
        for (int d = 0; d < rank; d++) {
            long reach =
                    Geometry.each(arguments.integers("dilation"), d) * (weight.size(d + 2) - 1) + 1;
            out[d + 2] =
                    (shape[d + 2] - 1) * Geometry.each(arguments.integers("stride"), d)
                            - 2 * Geometry.each(arguments.integers("padding"), d)
                            + reach
                            + Geometry.each(arguments.integers("output_padding"), d);
        }
        Geometry geometry =
                new Geometry(
                        out,
                        weight.shape(),
                        shape,
                        arguments.integers("stride"),
                        arguments.integers("padding"),
                        arguments.integers("dilation"),
                        arguments.integer("groups"));
        Totals totals = new Totals(input.type(), out);
        totals.bias(arguments.optionalArray("bias"));
        geometry.forEach((x, w, y) -> totals.add(x, input, y, weight, w));
        return totals.expected(unbatched(out, input));
    }

    private static Expected backwardInput(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray weight = arguments.array("weight");
        long[] inputSize = arguments.integers("input_size");
        Totals totals = new Totals(gradient.type(), inputSize);
        Geometry.of(arguments, inputSize, weight.shape())
                .forEach((x, w, y) -> totals.add(x, gradient, y, weight, w));
        return totals.expected(inputSize);
    }

    private static Expected backwardWeight(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray input = arguments.array("input");
        long[] weightSize = arguments.integers("weight_size");
        Totals totals = new Totals(gradient.type(), weightSize);
        Geometry.of(arguments, input.shape(), weightSize)
                .forEach((x, w, y) -> totals.add(w, gradient, y, input, x));
        return totals.expected(weightSize);
    }

    /** A sum of products for each result, in the type's arithmetic. */
    private static final class Totals {
        private final ElementType type;
        private final long[] shape;
        private final Accumulator[] sums;
        private final long[] integers;

        Totals(ElementType type, long[] shape) {
            this.type = type;
            this.shape = shape;
            sums = Rounded.accumulators(Shapes.numel(shape));
            integers = new long[sums.length];
        }

        void bias(@Nullable HostArray bias) {
            for (int i = 0; bias != null && i < sums.length; i++) {
                int channel = (int) Shapes.coordinates(i, shape)[1];
                sums[i].add(bias.real(channel));
                integers[i] = type.isFloating() ? 0 : bias.integer(channel);
            }
        }

        void add(int target, HostArray a, int i, HostArray b, int j) {
            if (type.isFloating()) {
                sums[target].addProduct(a.real(i), b.real(j));
            } else {
                integers[target] += a.integer(i) * b.integer(j);
            }
        }

        Expected expected(long[] resultShape) {
            return type.isFloating()
                    ? Rounded.sums(type, resultShape, sums)
                    : Expected.exactly(HostArray.ofIntegers(type, resultShape, i -> integers[i]));
        }
    }
}
