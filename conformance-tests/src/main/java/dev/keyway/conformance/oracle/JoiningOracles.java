// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.function.UnaryOperator;

/** Tensors put together after each got enough dimensions, and parts replaced by others. */
@AutoService(OracleFamily.class)
public final class JoiningOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public JoiningOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "hstack",
                Oracle.single(
                        a -> {
                            boolean vectors = a.arrays("tensors").getFirst().rank() < 2;
                            return joined(
                                    a, s -> s.length == 0 ? new long[] {1} : s, vectors ? 0 : 1);
                        }));
        table.add(
                "vstack",
                Oracle.single(
                        a ->
                                joined(
                                        a,
                                        s ->
                                                s.length == 0
                                                        ? new long[] {1, 1}
                                                        : s.length == 1 ? new long[] {1, s[0]} : s,
                                        0)));
        table.add(
                "dstack",
                Oracle.single(
                        a ->
                                joined(
                                        a,
                                        s ->
                                                switch (s.length) {
                                                    case 0 -> new long[] {1, 1, 1};
                                                    case 1 -> new long[] {1, s[0], 1};
                                                    case 2 -> new long[] {s[0], s[1], 1};
                                                    default -> s;
                                                },
                                        2)));
        table.add(
                "column_stack",
                Oracle.single(
                        a ->
                                joined(
                                        a,
                                        s ->
                                                s.length == 0
                                                        ? new long[] {1, 1}
                                                        : s.length == 1 ? new long[] {s[0], 1} : s,
                                        1)));
        table.add("block_diag", Oracle.single(JoiningOracles::blockDiag));
        table.add("select_scatter", Oracle.single(JoiningOracles::selectScatter));
        table.add("slice_scatter", Oracle.single(JoiningOracles::sliceScatter));
        table.add("diagonal_scatter", Oracle.single(JoiningOracles::diagonalScatter));
    }

    private static Expected joined(Arguments arguments, UnaryOperator<long[]> shape, long dim) {
        List<HostArray> tensors =
                arguments.arrays("tensors").stream()
                        .map(t -> t.reshape(shape.apply(t.shape())))
                        .toList();
        return IndexingOracles.cat(tensors, dim);
    }

    private static Expected blockDiag(Arguments arguments) {
        List<HostArray> given = arguments.arrays("tensors");
        Promotion promotion = new Promotion();
        given.forEach(promotion::tensor);
        ElementType type = promotion.result();
        List<HostArray> blocks =
                given.stream()
                        .map(
                                t ->
                                        t.cast(type)
                                                .reshape(
                                                        t.rank() == 2
                                                                ? t.shape()
                                                                : new long[] {1, t.numel()}))
                        .toList();
        long rows = blocks.stream().mapToLong(b -> b.size(0)).sum();
        long columns = blocks.stream().mapToLong(b -> b.size(1)).sum();
        Grid grid = new Grid(type, rows, columns);
        long row = 0;
        long column = 0;
        for (HostArray block : blocks) {
            for (int i = 0; i < block.numel(); i++) {
                long[] at = Shapes.coordinates(i, block.shape());
                grid.set((int) ((row + at[0]) * columns + column + at[1]), block, i);
            }
            row += block.size(0);
            column += block.size(1);
        }
        return grid.exactly();
    }

    private static Expected replaced(
            HostArray self, HostArray src, UnaryOperator<long[]> placeOfSource) {
        Grid grid = Grid.of(self);
        HostArray cast = src.cast(self.type());
        for (int i = 0; i < src.numel(); i++) {
            long[] to = placeOfSource.apply(Shapes.coordinates(i, src.shape()));
            grid.set(Shapes.linear(to, self.shape()), cast, i);
        }
        return grid.exactly();
    }

    private static Expected selectScatter(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long index = Math.floorMod(arguments.integer("index"), (long) self.size(dim));
        return replaced(
                self,
                arguments.array("src"),
                at -> {
                    long[] to = new long[self.rank()];
                    for (int d = 0; d < to.length; d++) {
                        to[d] = d == dim ? index : at[d < dim ? d : d - 1];
                    }
                    return to;
                });
    }

    private static Expected sliceScatter(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long given = arguments.get("start") == null ? 0 : arguments.integer("start");
        long size = self.size(dim);
        long start = Math.max(0, Math.min(size, given < 0 ? given + size : given));
        long step = arguments.integer("step");
        return replaced(
                self,
                arguments.array("src"),
                at -> {
                    at[dim] = start + at[dim] * step;
                    return at;
                });
    }

    private static Expected diagonalScatter(Arguments arguments) {
        HostArray self = arguments.array("self");
        int first = Shapes.dimension(arguments.integer("dim1"), self.rank());
        int second = Shapes.dimension(arguments.integer("dim2"), self.rank());
        long offset = arguments.integer("offset");
        return replaced(
                self,
                arguments.array("src"),
                at -> {
                    long[] to = new long[self.rank()];
                    long along = at[at.length - 1];
                    int taken = 0;
                    for (int d = 0; d < to.length; d++) {
                        to[d] =
                                d == first
                                        ? along + Math.max(0, -offset)
                                        : d == second ? along + Math.max(0, offset) : at[taken++];
                    }
                    return to;
                });
    }
}
