// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Sampling at the places of a grid, and grids of affine maps. */
@AutoService(OracleFamily.class)
public final class GridOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public GridOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("grid_sampler_2d", Oracle.single(GridOracles::sample));
        table.add("affine_grid_generator", Oracle.single(GridOracles::affine));
    }

    private static Expected sample(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray grid = arguments.array("grid");
        double u = Rounded.unit(input.type());
        int height = grid.size(1);
        int width = grid.size(2);
        long[] shape = {input.size(0), input.size(1), height, width};
        if (arguments.integer("interpolation_mode") == 2) {
            return GridCubicOracle.sample(arguments);
        }
        boolean nearest = arguments.integer("interpolation_mode") == 1;
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            double x = pixel(arguments, grid.realAt(at[0], at[2], at[3], 0), input.size(3));
            double y = pixel(arguments, grid.realAt(at[0], at[2], at[3], 1), input.size(2));
            if (nearest) {
                values[i] = pick(input, at, StrictMath.rint(y), StrictMath.rint(x));
                continue;
            }
            double top = Math.floor(y);
            double left = Math.floor(x);
            double error = 16 * u * (Math.abs(x) + Math.abs(y) + 2 * input.size(2) + input.size(3));
            for (int corner = 0; corner < 4; corner++) {
                double row = top + corner / 2;
                double column = left + corner % 2;
                double weight = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
                double value = pick(input, at, row, column);
                values[i] += weight * value;
            }
            // Moving by the error changes the weights of up to nine pixels around.
            for (int near = 0; near < 16; near++) {
                double value = pick(input, at, top - 1 + near / 4, left - 1 + near % 4);
                bounds[i] += Math.abs(value) * (error + 8 * u);
            }
        }
        return Rounded.of(input.type(), shape, values, bounds);
    }

    static double pick(HostArray input, long[] at, double y, double x) {
        boolean inside = y >= 0 && x >= 0 && y < input.size(2) && x < input.size(3);
        return inside ? input.realAt(at[0], at[1], (long) y, (long) x) : 0;
    }

    /** The coordinate in pixels, before the border's rule. */
    static double plain(Arguments arguments, double coordinate, int size) {
        boolean align = arguments.flag("align_corners");
        return align ? (coordinate + 1) / 2 * (size - 1) : ((coordinate + 1) * size - 1) / 2;
    }

    static double pixel(Arguments arguments, double coordinate, int size) {
        return bounded(arguments, plain(arguments, coordinate, size), size);
    }

    /** The pixel after the border's rule. */
    static double bounded(Arguments arguments, double at, int size) {
        boolean align = arguments.flag("align_corners");
        return switch ((int) arguments.integer("padding_mode")) {
            case 0 -> at;
            case 1 -> Math.max(0, Math.min(at, size - 1));
            default -> {
                double low = align ? 0 : -0.5;
                double span = align ? size - 1 : size;
                yield Math.max(0, Math.min(mirrored(at - low, span) + low, size - 1));
            }
        };
    }

    private static double mirrored(double distance, double span) {
        if (span == 0) {
            return 0;
        }
        double rest = Math.abs(distance) % (2 * span);
        return rest > span ? 2 * span - rest : rest;
    }

    private static Expected affine(Arguments arguments) {
        HostArray theta = arguments.array("theta");
        long[] size = arguments.integers("size");
        boolean align = arguments.flag("align_corners");
        int rank = size.length - 2;
        long[] shape = new long[rank + 2];
        shape[0] = size[0];
        System.arraycopy(size, 2, shape, 1, rank);
        shape[rank + 1] = rank;
        double u = Rounded.unit(theta.type());
        List<Approx> results = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            List<Approx> terms = new ArrayList<>();
            for (int k = 0; k <= rank; k++) {
                double factor = theta.realAt(at[0], at[rank + 1], k);
                double base = k == rank ? 1 : coordinate(at[rank - k], shape[rank - k], align);
                terms.add(new Approx(base, 8 * u, u).times(factor));
            }
            results.add(Approx.sum(terms, u));
        }
        return Approx.expected(theta.type(), shape, results);
    }

    private static double coordinate(long i, long count, boolean align) {
        if (align) {
            return count == 1 ? 0 : 2.0 * i / (count - 1) - 1;
        }
        return (2.0 * i + 1) / count - 1;
    }
}
