// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Picking at flat positions, and writing rows and elements at positions: exact but for sums. */
@AutoService(OracleFamily.class)
public final class IndexWriteOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public IndexWriteOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("scatter.value", Oracle.single(IndexWriteOracles::scatterValue));
        table.add("index_copy", Oracle.single(IndexWriteOracles::indexCopy));
        table.add(
                "index_fill.int_Scalar",
                Oracle.single(
                        a ->
                                fill(
                                        a,
                                        Arguments.asArray(
                                                a.scalar("value"), a.array("self").type()))));
        table.add(
                "index_fill.int_Tensor",
                Oracle.single(a -> fill(a, a.array("value").cast(a.array("self").type()))));
        table.add("take", Oracle.single(IndexWriteOracles::take));
        table.add("take_along_dim", Oracle.single(IndexWriteOracles::takeAlongDim));
        table.add("put", Oracle.single(IndexWriteOracles::put));
    }

    private static int dimension(Arguments arguments) {
        return Shapes.dimension(arguments.integer("dim"), arguments.array("self").rank());
    }

    private static Expected scatterValue(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        int dim = dimension(arguments);
        HostArray value = Arguments.asArray(arguments.scalar("value"), self.type());
        Grid grid = Grid.of(self);
        for (int i = 0; i < index.numel(); i++) {
            grid.set(ScatterOracles.target(self, index, dim, i), value, 0);
        }
        return grid.exactly();
    }

    /** The place in self of a source whose position along the dimension the index replaces. */
    private static int place(HostArray self, long[] at, int dim, long position) {
        if (self.rank() == 0) {
            return 0;
        }
        long[] to = at.clone();
        to[dim] = position;
        return Shapes.linear(to, self.shape());
    }

    private static Expected indexCopy(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        HostArray source = arguments.array("source");
        int dim = dimension(arguments);
        Grid grid = Grid.of(self);
        for (int i = 0; i < source.numel(); i++) {
            long[] at = Shapes.coordinates(i, source.shape());
            long position = self.rank() == 0 ? 0 : index.integer((int) at[dim]);
            grid.set(place(self, at, dim, position), source, i);
        }
        return grid.exactly();
    }

    private static Expected fill(Arguments arguments, HostArray value) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        int dim = dimension(arguments);
        Grid grid = Grid.of(self);
        for (int i = 0; i < self.numel(); i++) {
            long[] at = Shapes.coordinates(i, self.shape());
            for (int j = 0; j < index.numel(); j++) {
                long size = self.rank() == 0 ? 1 : self.size(dim);
                long position = Math.floorMod(index.integer(j), size);
                if (self.rank() == 0 || at[dim] == position) {
                    grid.set(i, value, 0);
                }
            }
        }
        return grid.exactly();
    }

    private static Expected take(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        return Expected.exactly(
                self.pick(
                        index.shape(),
                        i -> (int) Math.floorMod(index.integer(i), (long) self.numel())));
    }

    private static Expected takeAlongDim(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray indices = arguments.array("indices");
        if (arguments.get("dim") == null) {
            return Expected.exactly(
                    self.pick(new long[] {indices.numel()}, i -> (int) indices.integer(i)));
        }
        int dim = dimension(arguments);
        long[] shape = indices.shape();
        for (int d = 0; d < shape.length; d++) {
            shape[d] = d != dim && shape[d] == 1 ? self.size(d) : shape[d];
        }
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            int from = Shapes.broadcastLinear(at, indices.shape());
                            for (int d = 0; d < at.length; d++) {
                                at[d] = self.size(d) == 1 ? 0 : at[d];
                            }
                            at[dim] = indices.integer(from);
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected put(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        HostArray source = arguments.array("source");
        IndexingOracles.Sums sums = new IndexingOracles.Sums(self);
        Grid grid = Grid.of(self);
        for (int i = 0; i < index.numel(); i++) {
            int at = (int) Math.floorMod(index.integer(i), (long) self.numel());
            sums.add(at, source, i);
            grid.set(at, source, i);
        }
        return arguments.flag("accumulate") ? sums.expected() : grid.exactly();
    }
}
