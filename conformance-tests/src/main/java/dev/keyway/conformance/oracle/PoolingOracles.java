// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/**
 * Pooling over windows of [N, C, H, W]. Largest values are exact; averages have the tolerance of a
 * mean.
 */
@AutoService(OracleFamily.class)
public final class PoolingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public PoolingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("max_pool2d_with_indices", PoolingOracles::maxPool);
        table.add("max_pool2d", a -> maxPool(a).subList(0, 1));
        table.add("max_pool2d_backward", Oracle.single(PoolingOracles::maxPoolBackward));
        table.add("avg_pool2d", Oracle.single(PoolingOracles::averagePool));
        table.add("adaptive_avg_pool2d", Oracle.single(PoolingOracles::adaptiveAveragePool));
    }

    /** The windows of each output: input positions in row-major order. */
    private record Windows(long[] shape, List<int[]> members) {
        static Windows sliding(Arguments arguments) {
            long[] input = arguments.array("self").shape();
            long[] kernel = arguments.integers("kernel_size");
            long[] given = arguments.integers("stride");
            long[] stride = given.length == 0 ? kernel : given;
            long[] padding = arguments.integers("padding");
            int rank = input.length;
            long[] shape = input.clone();
            for (int d = 0; d < 2; d++) {
                long size = input[rank - 2 + d] + 2 * padding[d] - kernel[d];
                shape[rank - 2 + d] = size / stride[d] + 1;
            }
            return of(
                    input,
                    shape,
                    (d, at) -> at * stride[d] - padding[d],
                    (d, at) -> at * stride[d] - padding[d] + kernel[d]);
        }

        static Windows adaptive(long[] input, long[] output) {
            int rank = input.length;
            long[] shape = input.clone();
            shape[rank - 2] = output[0];
            shape[rank - 1] = output[1];
            return of(
                    input,
                    shape,
                    (d, at) -> at * input[rank - 2 + d] / output[d],
                    (d, at) -> ((at + 1) * input[rank - 2 + d] + output[d] - 1) / output[d]);
        }

        private interface Edge {
            long of(int dim, long at);
        }

        private static Windows of(long[] input, long[] shape, Edge from, Edge to) {
            int rank = input.length;
            List<int[]> members = new ArrayList<>();
            for (int i = 0; i < Shapes.numel(shape); i++) {
                long[] at = Shapes.coordinates(i, shape);
                List<Integer> window = new ArrayList<>();
                long bottom = Math.min(to.of(0, at[rank - 2]), input[rank - 2]);
                long right = Math.min(to.of(1, at[rank - 1]), input[rank - 1]);
                for (long y = Math.max(0, from.of(0, at[rank - 2])); y < bottom; y++) {
                    for (long x = Math.max(0, from.of(1, at[rank - 1])); x < right; x++) {
                        long[] position = at.clone();
                        position[rank - 2] = y;
                        position[rank - 1] = x;
                        window.add(Shapes.linear(position, input));
                    }
                }
                members.add(window.stream().mapToInt(Integer::intValue).toArray());
            }
            return new Windows(shape, members);
        }
    }

    private static List<Expected> maxPool(Arguments arguments) {
        HostArray self = arguments.array("self");
        Windows windows = Windows.sliding(arguments);
        int plane = self.size(self.rank() - 2) * self.size(self.rank() - 1);
        int[] best = new int[windows.members().size()];
        for (int i = 0; i < best.length; i++) {
            int[] window = windows.members().get(i);
            best[i] = window[ReductionOracles.winner(self, window, 1)];
        }
        HostArray values = self.pick(windows.shape(), i -> best[i]);
        HostArray indices =
                HostArray.ofIntegers(ElementType.I64, windows.shape(), i -> best[i] % plane);
        return List.of(
                Expected.within(self.type(), windows.shape(), values::real, i -> 0),
                Expected.exactly(indices));
    }

    private static Expected maxPoolBackward(Arguments arguments) {
        HostArray gradient = arguments.array("grad_output");
        HostArray indices = arguments.array("indices");
        long[] inputSize = arguments.integers("input_size");
        int rank = inputSize.length;
        long plane = inputSize[rank - 2] * inputSize[rank - 1];
        int outPlane = gradient.size(rank - 2) * gradient.size(rank - 1);
        IndexingOracles.Sums sums =
                new IndexingOracles.Sums(HostArray.ofReals(gradient.type(), inputSize, i -> 0));
        for (int i = 0; i < gradient.numel(); i++) {
            sums.add((int) (i / outPlane * plane + indices.integer(i)), gradient, i);
        }
        return sums.expected();
    }

    /** The divisor is the kernel's size, padding counted. */
    private static Expected averagePool(Arguments arguments) {
        long[] kernel = arguments.integers("kernel_size");
        long area = kernel[0] * kernel[1];
        return average(arguments.array("self"), Windows.sliding(arguments), area);
    }

    private static Expected adaptiveAveragePool(Arguments arguments) {
        HostArray self = arguments.array("self");
        return average(self, Windows.adaptive(self.shape(), arguments.integers("output_size")), 0);
    }

    private static Expected average(HostArray self, Windows windows, long divisor) {
        ElementType type = self.type();
        int numel = windows.members().size();
        double[] values = new double[numel];
        double[] bounds = new double[numel];
        for (int i = 0; i < numel; i++) {
            int[] window = windows.members().get(i);
            Accumulator sum = new Accumulator();
            for (int member : window) {
                sum.add(self.real(member));
            }
            double count = divisor == 0 ? window.length : divisor;
            values[i] = sum.value() / count;
            // Division, or multiplication by a rounded reciprocal.
            bounds[i] =
                    sum.bound(type) / count
                            + (Double.isFinite(values[i]) ? 2 * type.ulp(values[i]) : 0);
        }
        return Expected.within(type, windows.shape(), i -> values[i], i -> bounds[i]);
    }
}
