// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lists of parts along a dimension, and of tensors in one shape: exact. */
@AutoService(OracleFamily.class)
public final class SplittingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public SplittingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "split.Tensor",
                a -> {
                    List<Integer> ends = new ArrayList<>();
                    int size = size(a);
                    int step = (int) a.integer("split_size");
                    for (int end = step; end < size && step > 0; end += step) {
                        ends.add(end);
                    }
                    return parts(a, ends);
                });
        table.add(
                "split.sizes",
                a -> {
                    List<Integer> ends = new ArrayList<>();
                    int end = 0;
                    long[] sizes = a.integers("split_size");
                    for (int i = 0; i < sizes.length - 1; i++) {
                        end += (int) sizes[i];
                        ends.add(end);
                    }
                    return parts(a, ends);
                });
        table.add(
                "chunk",
                a -> {
                    List<Integer> ends = new ArrayList<>();
                    int size = size(a);
                    int chunks = (int) a.integer("chunks");
                    int step = (size + chunks - 1) / chunks;
                    for (int i = 1; i < chunks && (size == 0 || i * step < size); i++) {
                        ends.add(i * step);
                    }
                    return parts(a, ends);
                });
        table.add(
                "tensor_split.sections",
                a -> {
                    List<Integer> ends = new ArrayList<>();
                    int size = size(a);
                    int sections = (int) a.integer("sections");
                    int end = 0;
                    for (int i = 0; i < sections - 1; i++) {
                        end += size / sections + (i < size % sections ? 1 : 0);
                        ends.add(end);
                    }
                    return parts(a, ends);
                });
        table.add("tensor_split.indices", SplittingOracles::between);
        table.add("unbind.int", SplittingOracles::unbind);
        table.add("broadcast_tensors", SplittingOracles::broadcast);
        table.add("meshgrid", SplittingOracles::meshgrid);
    }

    private static int dim(Arguments arguments) {
        return Shapes.dimension(arguments.integer("dim"), arguments.array("self").rank());
    }

    private static int size(Arguments arguments) {
        return arguments.array("self").size(dim(arguments));
    }

    private static Expected part(HostArray self, int dim, long start, long length) {
        return Moved.exactly(
                self,
                Shapes.with(self.shape(), dim, length),
                at -> {
                    at[dim] += start;
                    return at;
                });
    }

    private static List<Expected> parts(Arguments arguments, List<Integer> ends) {
        List<Expected> parts = new ArrayList<>();
        int start = 0;
        ends.add(size(arguments));
        for (int end : ends) {
            parts.add(part(arguments.array("self"), dim(arguments), start, end - start));
            start = end;
        }
        return parts;
    }

    /** Like slices: each from one index to the next, nothing where that is not behind it. */
    private static List<Expected> between(Arguments arguments) {
        List<Expected> parts = new ArrayList<>();
        long size = size(arguments);
        long[] indices = arguments.integers("indices");
        long start = 0;
        for (int i = 0; i <= indices.length; i++) {
            long given = i == indices.length ? size : indices[i];
            long end = Math.max(0, Math.min(size, given < 0 ? given + size : given));
            long length = Math.max(0, end - start);
            parts.add(part(arguments.array("self"), dim(arguments), start, length));
            start = end;
        }
        return parts;
    }

    private static List<Expected> unbind(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = dim(arguments);
        long[] rest = new long[self.rank() - 1];
        Arrays.setAll(rest, d -> self.size(d < dim ? d : d + 1));
        List<Expected> all = new ArrayList<>();
        for (int i = 0; i < self.size(dim); i++) {
            int index = i;
            all.add(
                    Moved.exactly(
                            self,
                            rest,
                            at -> {
                                long[] from = new long[self.rank()];
                                for (int d = 0; d < from.length; d++) {
                                    from[d] = d == dim ? index : at[d < dim ? d : d - 1];
                                }
                                return from;
                            }));
        }
        return all;
    }

    private static List<Expected> broadcast(Arguments arguments) {
        List<HostArray> tensors = arguments.arrays("tensors");
        long[] shape = {};
        for (HostArray tensor : tensors) {
            shape = Shapes.broadcast(shape, tensor.shape());
        }
        long[] full = shape;
        return tensors.stream()
                .map(
                        t ->
                                Expected.exactly(
                                        t.pick(
                                                full,
                                                i ->
                                                        Shapes.broadcastLinear(
                                                                Shapes.coordinates(i, full),
                                                                t.shape()))))
                .toList();
    }

    private static List<Expected> meshgrid(Arguments arguments) {
        List<HostArray> tensors = arguments.arrays("tensors");
        boolean swap = "xy".equals(arguments.get("indexing")) && tensors.size() > 1;
        long[] shape = new long[tensors.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[swap && i < 2 ? 1 - i : i] = tensors.get(i).numel();
        }
        List<Expected> grids = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            int along = swap && i < 2 ? 1 - i : i;
            HostArray line = tensors.get(i);
            grids.add(
                    Expected.exactly(
                            line.pick(shape, n -> (int) Shapes.coordinates(n, shape)[along])));
        }
        return grids;
    }
}
