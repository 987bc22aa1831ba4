// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * The derivatives of layer normalization: with {@code x = (input - mean) rstd} and {@code g = grad
 * w}, the input gets {@code rstd (g - mean(g) - x mean(g x))}, the weight sums grad x, the bias
 * grad; for the root mean square without mean(g). Each is a sum, whose terms' magnitudes bound the
 * error.
 */
final class LayerNormalizationGradient {
    private LayerNormalizationGradient() {}

    static List<Expected> compute(Arguments arguments, boolean centred) {
        HostArray grad = arguments.array("grad_out");
        HostArray input = arguments.array("input");
        HostArray weight = arguments.optionalArray("weight");
        HostArray rstd = arguments.array("rstd");
        long[] normalized = arguments.integers("normalized_shape");
        int width = Shapes.numel(normalized);
        int rows = input.numel() / width;
        ElementType type = input.type();
        double u = Rounded.unit(type);
        double[] values = new double[input.numel()];
        double[] bounds = new double[values.length];
        Accumulator[] scales = Rounded.accumulators(width);
        Accumulator[] biases = Rounded.accumulators(width);
        for (int r = 0; r < rows; r++) {
            double mean = centred ? arguments.array("mean").real(r) : 0;
            double[] x = new double[width];
            double[] g = new double[width];
            Accumulator sum = new Accumulator();
            Accumulator products = new Accumulator();
            double loose = 0;
            for (int i = 0; i < width; i++) {
                int at = r * width + i;
                double terms = (Math.abs(input.real(at)) + Math.abs(mean)) * rstd.real(r);
                x[i] = (input.real(at) - mean) * rstd.real(r);
                g[i] = grad.real(at) * LayerNormalizationOracles.parameter(weight, i, 1);
                sum.add(g[i]);
                products.addProduct(g[i], x[i]);
                loose += Math.abs(g[i]) * terms;
                scales[i].addProduct(grad.real(at), x[i]);
                biases[i].add(grad.real(at));
            }
            for (int i = 0; i < width; i++) {
                int at = r * width + i;
                double terms = (Math.abs(input.real(at)) + Math.abs(mean)) * rstd.real(r);
                double share = centred ? sum.value() / width : 0;
                values[at] = rstd.real(r) * (g[i] - share - x[i] * products.value() / width);
                double size =
                        Math.abs(g[i]) + sum.magnitude() / width + (1 + terms) * loose / width;
                bounds[at] = (width + 16) * u * size * rstd.real(r);
            }
        }
        List<Expected> results = new ArrayList<>();
        results.add(Rounded.of(type, input.shape(), values, bounds));
        results.add(sums(type, normalized, scales, rows, largest(arguments, centred)));
        if (centred) {
            results.add(sums(type, normalized, biases, rows, 1));
        }
        return results;
    }

    /** The largest magnitude that goes into x, compared with x, of which it may be a difference. */
    private static double largest(Arguments arguments, boolean centred) {
        HostArray input = arguments.array("input");
        HostArray rstd = arguments.array("rstd");
        double largest = 1;
        double scale = 0;
        for (int r = 0; r < rstd.numel(); r++) {
            scale = Math.max(scale, rstd.real(r));
            largest =
                    Math.max(
                            largest, centred ? Math.abs(arguments.array("mean").real(r)) : largest);
        }
        for (int i = 0; i < input.numel(); i++) {
            largest = Math.max(largest, Math.abs(input.real(i)));
        }
        return Math.max(1, largest * scale * 2);
    }

    private static Expected sums(
            ElementType type, long[] shape, Accumulator[] sums, int rows, double loose) {
        double[] values = new double[sums.length];
        double[] bounds = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            values[i] = sums[i].value();
            double size = sums[i].magnitude() + (loose > 1 ? rows * 4 * loose : 0);
            bounds[i] = (rows + 8) * Rounded.unit(type) * size;
        }
        return Rounded.of(type, shape, values, bounds);
    }
}
