// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Pooling over windows of the last one to three dimensions. Largest values are exact; averages have
 * the tolerance of a mean; for p-norms every power adds its own.
 */
@AutoService(OracleFamily.class)
public final class PoolingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public PoolingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (int r = 1; r <= 3; r++) {
            int rank = r;
            table.add(
                    "max_pool" + r + "d_with_indices", a -> largest(a, PoolingWindows.of(a, rank)));
            table.add(
                    "max_pool" + r + "d",
                    a -> largest(a, PoolingWindows.of(a, rank)).subList(0, 1));
            table.add("avg_pool" + r + "d", Oracle.single(a -> average(a, rank)));
            table.add(
                    "adaptive_avg_pool" + r + "d",
                    Oracle.single(
                            a -> mean(a.array("self"), PoolingWindows.adaptive(a, rank), null)));
            table.add(
                    "adaptive_max_pool" + r + "d",
                    a -> largest(a, PoolingWindows.adaptive(a, rank)));
            table.add("lp_pool" + r + "d", Oracle.single(a -> norm(a, rank)));
        }
        table.add("max_pool2d_backward", Oracle.single(PoolingOracles::maxPoolBackward));
    }

    private static List<Expected> largest(Arguments arguments, PoolingWindows windows) {
        HostArray self = arguments.array("self");
        int[] best = new int[windows.members().size()];
        for (int i = 0; i < best.length; i++) {
            int[] window = windows.members().get(i);
            best[i] = window[ReductionOracles.winner(self, window, 1)];
        }
        HostArray values = self.pick(windows.shape(), i -> best[i]);
        HostArray indices =
                HostArray.ofIntegers(
                        ElementType.I64, windows.shape(), i -> best[i] % windows.plane());
        return List.of(
                self.type().isFloating()
                        ? Expected.within(self.type(), windows.shape(), values::real, i -> 0)
                        : Expected.exactly(values),
                Expected.exactly(indices));
    }

    private static Expected maxPoolBackward(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray indices = arguments.array("indices");
        long[] inputSize = arguments.integers("input_size");
        int rank = inputSize.length;
        long plane = inputSize[rank - 2] * inputSize[rank - 1];
        int outPlane = gradient.size(rank - 2) * gradient.size(rank - 1);
        Accumulator[] sums = Rounded.accumulators(Shapes.numel(inputSize));
        for (int i = 0; i < gradient.numel(); i++) {
            sums[(int) (i / outPlane * plane + indices.integer(i))].add(gradient.real(i));
        }
        return Rounded.sums(gradient.type(), inputSize, sums);
    }

    private static Expected average(Arguments arguments, int rank) {
        Long divisor = (Long) arguments.get("divisor_override");
        PoolingWindows windows = PoolingWindows.of(arguments, rank);
        double[] divisors = new double[windows.members().size()];
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] =
                    divisor != null
                            ? divisor
                            : arguments.flag("count_include_pad")
                                    ? windows.padded().get(i)
                                    : windows.members().get(i).length;
        }
        return mean(arguments.array("self"), windows, divisors);
    }

    /** Without divisors, the windows' own numbers of elements. */
    private static Expected mean(
            HostArray self, PoolingWindows windows, double @Nullable [] divisors) {
        ElementType type = self.type();
        int numel = windows.members().size();
        double[] values = new double[numel];
        double[] bounds = new double[numel];
        long[] integers = new long[numel];
        for (int i = 0; i < numel; i++) {
            int[] window = windows.members().get(i);
            Accumulator sum = new Accumulator();
            for (int member : window) {
                sum.add(self.real(member));
                integers[i] += type.isFloating() ? 0 : self.integer(member);
            }
            double count = divisors == null ? window.length : divisors[i];
            integers[i] /= (long) count;
            values[i] = sum.value() / count;
            // Means of means; division, or multiplication by a rounded reciprocal.
            if (type.isFloating() && Double.isFinite(values[i])) {
                double roundings = 6 * Rounded.unit(type) * sum.magnitude();
                bounds[i] = (sum.bound(type.computeType()) + roundings) / Math.abs(count);
            }
        }
        return type.isFloating()
                ? Rounded.of(type, windows.shape(), values, bounds)
                : Expected.exactly(HostArray.ofIntegers(type, windows.shape(), i -> integers[i]));
    }

    private static Expected norm(Arguments arguments, int rank) {
        HostArray self = arguments.array("self");
        PoolingWindows windows = PoolingWindows.of(arguments, rank);
        double p = arguments.real("norm_type");
        ElementType type = self.type();
        double u = Rounded.unit(type);
        double[] values = new double[windows.members().size()];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            Accumulator sum = new Accumulator();
            for (int member : windows.members().get(i)) {
                sum.add(StrictMath.pow(self.real(member), p));
            }
            double whole = (double) windows.kernel() / windows.padded().get(i);
            double total = Math.max(0, sum.value()) * whole;
            values[i] = StrictMath.pow(total, 1 / p);
            double error = (sum.count() + 12 + Math.abs(p)) * u * sum.magnitude() * whole;
            // Where the sum may vanish by rounding, so may its root.
            bounds[i] =
                    error >= total / 2
                            ? StrictMath.pow(total + error, 1 / p)
                            : values[i] * (error / total / Math.abs(p) * 2 + 8 * u);
        }
        return Rounded.of(type, windows.shape(), values, bounds);
    }
}
