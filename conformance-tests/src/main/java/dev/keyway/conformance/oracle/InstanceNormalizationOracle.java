// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * Normalization of each channel of each image; running statistics take the mean over the images.
 */
final class InstanceNormalizationOracle {
    private InstanceNormalizationOracle() {}

    static List<Expected> compute(Arguments arguments) {
        HostArray input = arguments.array("input");
        boolean own = arguments.flag("use_input_stats");
        int channels = input.size(1);
        int pixels = input.numel() / input.size(0) / channels;
        double eps = arguments.real("eps");
        double u = Rounded.unit(input.type());
        RowStatistics[] rows = new RowStatistics[input.size(0) * channels];
        for (int r = 0; r < rows.length; r++) {
            rows[r] =
                    own
                            ? RowStatistics.of(
                                    input, LayerNormalizationOracles.row(r, pixels), eps, true, u)
                            : running(arguments, r % channels, eps, u);
        }
        List<Expected> results = new ArrayList<>();
        results.add(
                LayerNormalizationOracles.normalized(
                        input,
                        rows,
                        i -> i / pixels,
                        i -> i / pixels % channels,
                        arguments.optionalArray("weight"),
                        arguments.optionalArray("bias")));
        if (own && arguments.optionalArray("running_mean") != null) {
            results.add(updated(arguments, "running_mean", rows, false));
            results.add(updated(arguments, "running_var", rows, true));
        }
        return results;
    }

    private static RowStatistics running(Arguments arguments, int channel, double eps, double u) {
        double variance = arguments.array("running_var").real(channel);
        return new RowStatistics(
                arguments.array("running_mean").real(channel),
                0,
                1 / Math.sqrt(variance + eps),
                0,
                0,
                u);
    }

    private static Expected updated(
            Arguments arguments, String name, RowStatistics[] rows, boolean variance) {
        HostArray old = arguments.array(name);
        double momentum = arguments.real("momentum");
        int channels = old.numel();
        int images = rows.length / channels;
        double[] values = new double[channels];
        double[] bounds = new double[channels];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double size = 0;
            for (int n = 0; n < images; n++) {
                RowStatistics row = rows[n * channels + c];
                double unbiased = row.variance() * row.count() / (row.count() - 1.0);
                sum += variance ? unbiased : row.mean();
                size += variance ? row.magnitude() * row.magnitude() : row.magnitude();
            }
            values[c] = (1 - momentum) * old.real(c) + momentum * sum / images;
            int terms = 4 * rows[0].count() + images + 16;
            // What is repeated for every image is rounded to the statistics' type once more.
            double u = rows[0].u() + old.type().unitRoundoff();
            bounds[c] = terms * u * (Math.abs(old.real(c)) + 2 * size / images);
        }
        return Rounded.of(old.type(), old.shape(), values, bounds);
    }
}
