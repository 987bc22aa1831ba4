// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Sampling of volumes, between eight neighbours or at the nearest. */
@AutoService(OracleFamily.class)
public final class GridVolumeOracle implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public GridVolumeOracle() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("grid_sampler_3d", Oracle.single(GridVolumeOracle::sample));
    }

    private static Expected sample(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray grid = arguments.array("grid");
        double u = Rounded.unit(input.type());
        long[] shape = {input.size(0), input.size(1), grid.size(1), grid.size(2), grid.size(3)};
        boolean nearest = arguments.integer("interpolation_mode") == 1;
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            double[] place = new double[3];
            double reach = 0;
            for (int d = 0; d < 3; d++) {
                double coordinate = grid.realAt(at[0], at[2], at[3], at[4], 2 - d);
                place[d] = GridOracles.pixel(arguments, coordinate, input.size(2 + d));
                reach += Math.abs(place[d]) + 2 * input.size(2 + d);
            }
            if (nearest) {
                for (int d = 0; d < 3; d++) {
                    place[d] = StrictMath.rint(place[d]);
                }
                values[i] = pick(input, at, place);
                continue;
            }
            // Moving by the error changes the weights of neighbours around, too.
            for (int tap = 0; tap < 64; tap++) {
                int[] step = {tap / 16 - 1, tap / 4 % 4 - 1, tap % 4 - 1};
                double[] to = new double[3];
                double weight = 1;
                for (int d = 0; d < 3; d++) {
                    to[d] = Math.floor(place[d]) + step[d];
                    weight *= Math.max(0, 1 - Math.abs(place[d] - to[d]));
                }
                double value = pick(input, at, to);
                values[i] += weight * value;
                bounds[i] += Math.abs(value) * (16 * u * reach + 8 * u);
            }
        }
        return Rounded.of(input.type(), shape, values, bounds);
    }

    private static double pick(HostArray input, long[] at, double[] to) {
        for (int d = 0; d < 3; d++) {
            if (!(to[d] >= 0 && to[d] < input.size(2 + d))) {
                return 0;
            }
        }
        return input.realAt(at[0], at[1], (long) to[0], (long) to[1], (long) to[2]);
    }
}
