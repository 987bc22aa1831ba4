// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/**
 * Two-dimensional convolution and its gradients, all from one enumeration of the products: output
 * (n, o, y, x) takes weight (o, c, i, j) times input (n, c', y s - p + i d, x s - p + j d).
 * Tolerance as for matrix products.
 */
@AutoService(OracleFamily.class)
public final class ConvolutionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ConvolutionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("conv2d", Oracle.single(ConvolutionOracles::forward));
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

        static Geometry of(Arguments arguments, long[] input, long[] weight) {
            long[] stride = arguments.integers("stride");
            long[] padding = arguments.integers("padding");
            long[] dilation = arguments.integers("dilation");
            long[] output = {input[0], weight[0], 0, 0};
            for (int d = 0; d < 2; d++) {
                long reach = dilation[d] * (weight[d + 2] - 1) + 1;
                output[d + 2] = (input[d + 2] + 2 * padding[d] - reach) / stride[d] + 1;
            }
            return new Geometry(
                    input, weight, output, stride, padding, dilation, arguments.integer("groups"));
        }

        void forEach(Products products) {
            long perGroup = weight[0] / groups;
            for (int out = 0; out < Shapes.numel(output); out++) {
                long[] to = Shapes.coordinates(out, output);
                for (int w = 0; w < Shapes.numel(weight); w++) {
                    long[] tap = Shapes.coordinates(w, weight);
                    long y = to[2] * stride[0] - padding[0] + tap[2] * dilation[0];
                    long x = to[3] * stride[1] - padding[1] + tap[3] * dilation[1];
                    boolean inside = y >= 0 && y < input[2] && x >= 0 && x < input[3];
                    if (tap[0] == to[1] && inside) {
                        long channel = to[1] / perGroup * weight[1] + tap[1];
                        products.accept(
                                Shapes.linear(new long[] {to[0], channel, y, x}, input), w, out);
                    }
                }
            }
        }
    }

    private static IndexingOracles.Sums zeros(ElementType type, long[] shape) {
        return new IndexingOracles.Sums(HostArray.ofReals(type, shape, i -> 0));
    }

    private static Expected forward(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray weight = arguments.array("weight");
        HostArray bias = arguments.optionalArray("bias");
        Geometry geometry = Geometry.of(arguments, input.shape(), weight.shape());
        long[] shape = geometry.output();
        IndexingOracles.Sums sums =
                bias == null
                        ? zeros(input.type(), shape)
                        : new IndexingOracles.Sums(
                                HostArray.ofReals(
                                        input.type(),
                                        shape,
                                        i -> bias.real((int) Shapes.coordinates(i, shape)[1])));
        geometry.forEach((x, w, y) -> sums.addProduct(y, input.real(x), weight.real(w)));
        return sums.expected();
    }

    private static Expected backwardInput(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray weight = arguments.array("weight");
        long[] inputSize = arguments.integers("input_size");
        IndexingOracles.Sums sums = zeros(gradient.type(), inputSize);
        Geometry.of(arguments, inputSize, weight.shape())
                .forEach((x, w, y) -> sums.addProduct(x, gradient.real(y), weight.real(w)));
        return sums.expected();
    }

    private static Expected backwardWeight(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray input = arguments.array("input");
        long[] weightSize = arguments.integers("weight_size");
        IndexingOracles.Sums sums = zeros(gradient.type(), weightSize);
        Geometry.of(arguments, input.shape(), weightSize)
                .forEach((x, w, y) -> sums.addProduct(w, gradient.real(y), input.real(x)));
        return sums.expected();
    }
}
