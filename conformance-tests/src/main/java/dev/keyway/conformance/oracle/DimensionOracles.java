// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Views that move, drop, split or add dimensions, diagonals and windows: exact. */
@AutoService(OracleFamily.class)
public final class DimensionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public DimensionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("squeeze.dims", Oracle.single(DimensionOracles::squeeze));
        table.add("unflatten.int", Oracle.single(DimensionOracles::unflatten));
        table.add(
                "movedim.intlist",
                Oracle.single(
                        a ->
                                move(
                                        a.array("self"),
                                        a.integers("source"),
                                        a.integers("destination"))));
        table.add(
                "movedim.int",
                Oracle.single(
                        a ->
                                move(
                                        a.array("self"),
                                        new long[] {a.integer("source")},
                                        new long[] {a.integer("destination")})));
        table.add(
                "swapaxes",
                Oracle.single(a -> swap(a.array("self"), a.integer("axis0"), a.integer("axis1"))));
        table.add("mT", Oracle.single(a -> swap(a.array("self"), -2, -1)));
        table.add(
                "ravel",
                Oracle.single(
                        a -> Expected.exactly(a.array("self").reshape(a.array("self").numel()))));
        for (int dims = 1; dims <= 3; dims++) {
            int least = dims;
            table.add("atleast_" + dims + "d", Oracle.single(a -> atLeast(a.array("self"), least)));
        }
        table.add(
                "broadcast_to", Oracle.single(a -> broadcast(a.array("self"), a.integers("size"))));
        table.add(
                "expand_as",
                Oracle.single(a -> broadcast(a.array("self"), a.array("other").shape())));
        for (String name : List.of("view_as", "reshape_as")) {
            table.add(
                    name,
                    Oracle.single(
                            a ->
                                    Expected.exactly(
                                            a.array("self").reshape(a.array("other").shape()))));
        }
        table.add("diagonal", Oracle.single(DimensionOracles::diagonal));
        table.add("unfold", Oracle.single(DimensionOracles::unfold));
    }

    private static Expected squeeze(Arguments arguments) {
        HostArray self = arguments.array("self");
        List<Integer> named = new ArrayList<>();
        for (long dim : arguments.integers("dim")) {
            named.add(Shapes.dimension(dim, self.rank()));
        }
        List<Long> kept = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            if (!named.contains(d) || self.size(d) != 1) {
                kept.add((long) self.size(d));
            }
        }
        return Expected.exactly(self.reshape(kept.stream().mapToLong(s -> s).toArray()));
    }

    private static Expected unflatten(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long[] sizes = arguments.integers("sizes");
        List<Long> shape = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            if (d != dim) {
                shape.add((long) self.size(d));
                continue;
            }
            long known = Arrays.stream(sizes).filter(s -> s >= 0).reduce(1, (a, b) -> a * b);
            for (long size : sizes) {
                shape.add(size >= 0 ? size : self.size(d) / known);
            }
        }
        return Expected.exactly(self.reshape(shape.stream().mapToLong(s -> s).toArray()));
    }

    private static Expected move(HostArray self, long[] source, long[] destination) {
        int rank = self.rank();
        if (rank == 0) {
            return Expected.exactly(self);
        }
        Integer[] order = new Integer[rank];
        List<Integer> rest = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            rest.add(d);
        }
        for (int i = 0; i < source.length; i++) {
            int from = Shapes.dimension(source[i], rank);
            order[Shapes.dimension(destination[i], rank)] = from;
            rest.remove((Integer) from);
        }
        for (int d = 0; d < rank; d++) {
            if (order[d] == null) {
                order[d] = rest.removeFirst();
            }
        }
        long[] shape = new long[rank];
        Arrays.setAll(shape, d -> self.size(order[d]));
        return Moved.exactly(
                self,
                shape,
                at -> {
                    long[] from = new long[rank];
                    for (int d = 0; d < rank; d++) {
                        from[order[d]] = at[d];
                    }
                    return from;
                });
    }

    private static Expected swap(HostArray self, long first, long second) {
        return move(self, new long[] {first, second}, new long[] {second, first});
    }

    private static Expected atLeast(HostArray self, int dims) {
        long[] shape = self.shape();
        if (dims == 2 && shape.length < 2) {
            shape = shape.length == 0 ? new long[] {1, 1} : new long[] {1, shape[0]};
        } else if (dims == 3 && shape.length < 3) {
            shape =
                    switch (shape.length) {
                        case 0 -> new long[] {1, 1, 1};
                        case 1 -> new long[] {1, shape[0], 1};
                        default -> new long[] {shape[0], shape[1], 1};
                    };
        } else if (dims == 1 && shape.length == 0) {
            shape = new long[] {1};
        }
        return Expected.exactly(self.reshape(shape));
    }

    private static Expected broadcast(HostArray self, long[] size) {
        long[] shape = size.clone();
        int added = shape.length - self.rank();
        for (int d = added; d < shape.length; d++) {
            shape[d] = shape[d] == -1 ? self.size(d - added) : shape[d];
        }
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> Shapes.broadcastLinear(Shapes.coordinates(i, shape), self.shape())));
    }

    private static Expected diagonal(Arguments arguments) {
        HostArray self = arguments.array("self");
        int first = Shapes.dimension(arguments.integer("dim1"), self.rank());
        int second = Shapes.dimension(arguments.integer("dim2"), self.rank());
        long offset = arguments.integer("offset");
        long length = 0;
        for (int row = 0; row < self.size(first); row++) {
            if (row + offset >= 0 && row + offset < self.size(second)) {
                length++;
            }
        }
        List<Long> shape = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            if (d != first && d != second) {
                shape.add((long) self.size(d));
            }
        }
        shape.add(length);
        long row = Math.max(0, -offset);
        return Moved.exactly(
                self,
                shape.stream().mapToLong(s -> s).toArray(),
                at -> {
                    long[] from = new long[self.rank()];
                    int next = 0;
                    for (int d = 0; d < from.length; d++) {
                        long along = at[at.length - 1] + row;
                        from[d] = d == first ? along : d == second ? along + offset : at[next++];
                    }
                    return from;
                });
    }

    private static Expected unfold(Arguments arguments) {
        HostArray self = arguments.array("self");
        long size = arguments.integer("size");
        long step = arguments.integer("step");
        if (self.rank() == 0) {
            return Expected.exactly(self.pick(new long[] {size}, i -> 0));
        }
        int dim = Shapes.dimension(arguments.integer("dimension"), self.rank());
        long[] shape = Arrays.copyOf(self.shape(), self.rank() + 1);
        shape[dim] = 0;
        for (long start = 0; start + size <= self.size(dim); start += step) {
            shape[dim]++;
        }
        shape[self.rank()] = size;
        return Moved.exactly(
                self,
                shape,
                at -> {
                    long[] from = Arrays.copyOf(at, self.rank());
                    from[dim] = at[dim] * step + at[self.rank()];
                    return from;
                });
    }
}
