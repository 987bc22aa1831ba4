// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/** Sampling by cubic convolution, with -0.75, over 4 by 4 pixels that are bounded one by one. */
final class GridCubicOracle {
    private static final double A = -0.75;

    private GridCubicOracle() {}

    static Expected sample(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray grid = arguments.array("grid");
        double u = Rounded.unit(input.type());
        long[] shape = {input.size(0), input.size(1), grid.size(1), grid.size(2)};
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            double x =
                    GridOracles.plain(
                            arguments, grid.realAt(at[0], at[2], at[3], 0), input.size(3));
            double y =
                    GridOracles.plain(
                            arguments, grid.realAt(at[0], at[2], at[3], 1), input.size(2));
            double top = Math.floor(y);
            double left = Math.floor(x);
            double error = 16 * u * (Math.abs(x) + Math.abs(y) + input.size(2) + input.size(3));
            double size = 0;
            for (int tap = 0; tap < 16; tap++) {
                double row = top - 1 + tap / 4;
                double column = left - 1 + tap % 4;
                double value =
                        GridOracles.pick(
                                input,
                                at,
                                GridOracles.bounded(arguments, row, input.size(2)),
                                GridOracles.bounded(arguments, column, input.size(3)));
                values[i] += weight(y - row) * weight(x - column) * value;
                size += Math.abs(value);
            }
            // No weight is above 1, nor changes faster than twice its distance; each rounds often.
            bounds[i] = size * (4 * error + 64 * u);
        }
        return Rounded.of(input.type(), shape, values, bounds);
    }

    private static double weight(double distance) {
        double x = Math.abs(distance);
        return x <= 1
                ? ((A + 2) * x - (A + 3)) * x * x + 1
                : x < 2 ? ((A * x - 5 * A) * x + 8 * A) * x - 4 * A : 0;
    }
}
