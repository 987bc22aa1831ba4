// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The windows of each output of a pooling.
 *
 * @param shape of the outputs
 * @param members input positions of each window in row-major order
 * @param padded how many elements each window has with the padding, without what hangs over
 * @param plane elements of the input's pooled dimensions
 * @param kernel elements of the kernel
 */
record PoolingWindows(
        long[] shape, List<int[]> members, List<Integer> padded, int plane, long kernel) {

    /** First position of a window, and how many steps of which size; unclipped. */
    private interface Window {
        long[] positions(int dim, long at);
    }

    private static long each(long[] list, int d) {
        return list.length == 1 ? list[0] : list[d];
    }

    /** Sliding windows of the arguments kernel_size, stride, padding, dilation, ceil_mode. */
    static PoolingWindows of(Arguments arguments, int rank) {
        long[] input = arguments.array("self").shape();
        long[] kernel = arguments.integers("kernel_size");
        long[] given = arguments.integers("stride");
        long[] stride = given.length == 0 ? kernel : given;
        long[] none = {0};
        long[] one = {1};
        long[] padding = arguments.get("padding") == null ? none : arguments.integers("padding");
        long[] dilation = arguments.get("dilation") == null ? one : arguments.integers("dilation");
        boolean ceil = Boolean.TRUE.equals(arguments.get("ceil_mode"));
        long[] shape = input.clone();
        int first = input.length - rank;
        long area = 1;
        for (int d = 0; d < rank; d++) {
            long reach = each(dilation, d) * (each(kernel, d) - 1) + 1;
            long room = input[first + d] + 2 * each(padding, d) - reach;
            long step = each(stride, d);
            long count = (ceil ? (room + step - 1) / step : room / step) + 1;
            boolean outside = (count - 1) * step >= input[first + d] + each(padding, d);
            shape[first + d] = ceil && outside ? count - 1 : count;
            area *= each(kernel, d);
        }
        return build(
                input,
                shape,
                rank,
                padding,
                area,
                (d, at) -> {
                    long[] positions = new long[(int) each(kernel, d)];
                    for (int k = 0; k < positions.length; k++) {
                        positions[k] =
                                at * each(stride, d) - each(padding, d) + k * each(dilation, d);
                    }
                    return positions;
                });
    }

    /** Windows from {@code floor(i n / out)} to {@code ceil((i + 1) n / out)}. */
    static PoolingWindows adaptive(Arguments arguments, int rank) {
        long[] input = arguments.array("self").shape();
        long[] output = arguments.integers("output_size");
        long[] shape = input.clone();
        int first = input.length - rank;
        for (int d = 0; d < rank; d++) {
            shape[first + d] = each(output, d);
        }
        return build(
                input,
                shape,
                rank,
                new long[] {0},
                1,
                (d, at) -> {
                    long size = input[first + d];
                    long count = shape[first + d];
                    long start = at * size / count;
                    long end = ((at + 1) * size + count - 1) / count;
                    long[] positions = new long[(int) (end - start)];
                    for (int k = 0; k < positions.length; k++) {
                        positions[k] = start + k;
                    }
                    return positions;
                });
    }

    private static PoolingWindows build(
            long[] input, long[] shape, int rank, long[] padding, long area, Window window) {
        int first = input.length - rank;
        long[] pooled = Arrays.copyOfRange(input, first, input.length);
        long[] outputs = Arrays.copyOfRange(shape, first, shape.length);
        List<int[]> inPlane = new ArrayList<>();
        List<Integer> paddedInPlane = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(outputs); i++) {
            long[] at = Shapes.coordinates(i, outputs);
            long[][] positions = new long[rank][];
            for (int d = 0; d < rank; d++) {
                positions[d] = window.positions(d, at[d]);
            }
            paddedInPlane.add(add(inPlane, positions, pooled, padding));
        }
        int plane = Shapes.numel(pooled);
        List<int[]> members = new ArrayList<>();
        List<Integer> padded = new ArrayList<>();
        for (int p = 0; p < Shapes.numel(Arrays.copyOf(input, first)); p++) {
            int start = p * plane;
            inPlane.forEach(w -> members.add(Arrays.stream(w).map(m -> start + m).toArray()));
            padded.addAll(paddedInPlane);
        }
        return new PoolingWindows(shape, members, padded, plane, area);
    }

    /** Adds what a window has of the plane; gives how many elements it has with the padding. */
    private static int add(List<int[]> windows, long[][] positions, long[] pooled, long[] padding) {
        long[] counts = new long[positions.length];
        Arrays.setAll(counts, d -> positions[d].length);
        int[] inside = new int[Shapes.numel(counts)];
        int count = 0;
        int withPadding = 0;
        for (int t = 0; t < inside.length; t++) {
            long[] tap = Shapes.coordinates(t, counts);
            boolean isInside = true;
            boolean isPadding = true;
            long member = 0;
            for (int d = 0; d < tap.length; d++) {
                long position = positions[d][(int) tap[d]];
                isInside &= position >= 0 && position < pooled[d];
                isPadding &= position < pooled[d] + each(padding, d);
                member = member * pooled[d] + position;
            }
            withPadding += isPadding ? 1 : 0;
            if (isInside) {
                inside[count++] = (int) member;
            }
        }
        windows.add(Arrays.copyOf(inside, count));
        return withPadding;
    }
}
