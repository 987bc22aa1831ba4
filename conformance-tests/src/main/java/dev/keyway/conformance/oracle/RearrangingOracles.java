// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.Arrays;

/** Elements in another order, repeated, or only some of them: exact. */
@AutoService(OracleFamily.class)
public final class RearrangingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RearrangingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("flip", Oracle.single(a -> flip(a.array("self"), a.integers("dims"))));
        table.add("fliplr", Oracle.single(a -> flip(a.array("self"), 1)));
        table.add("flipud", Oracle.single(a -> flip(a.array("self"), 0)));
        table.add("roll", Oracle.single(RearrangingOracles::roll));
        table.add("rot90", Oracle.single(RearrangingOracles::rot90));
        table.add("repeat", Oracle.single(a -> repeat(a.array("self"), a.integers("repeats"))));
        table.add("tile", Oracle.single(a -> repeat(a.array("self"), a.integers("dims"))));
        table.add("repeat_interleave.self_int", Oracle.single(RearrangingOracles::interleave));
        table.add("tril", Oracle.single(a -> triangle(a, true)));
        table.add("triu", Oracle.single(a -> triangle(a, false)));
        table.add("diag", Oracle.single(RearrangingOracles::diag));
        table.add(
                "diag_embed",
                Oracle.single(
                        a ->
                                embed(
                                        a.array("self"),
                                        a.integer("offset"),
                                        a.integer("dim1"),
                                        a.integer("dim2"))));
    }

    private static Expected flip(HostArray self, long... dims) {
        return Moved.exactly(
                self,
                self.shape(),
                at -> {
                    long[] from = at.clone();
                    for (long given : dims) {
                        int dim = Shapes.dimension(given, self.rank());
                        if (self.rank() > 0) {
                            from[dim] = self.size(dim) - 1 - at[dim];
                        }
                    }
                    return from;
                });
    }

    private static Expected roll(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] shifts = arguments.integers("shifts");
        long[] dims = arguments.integers("dims");
        if (dims.length == 0) {
            long count = self.numel();
            return Expected.exactly(
                    self.pick(self.shape(), i -> (int) Math.floorMod(i - shifts[0], count)));
        }
        return Moved.exactly(
                self,
                self.shape(),
                at -> {
                    long[] from = at.clone();
                    for (int i = 0; i < dims.length; i++) {
                        int dim = Shapes.dimension(dims[i], self.rank());
                        from[dim] = Math.floorMod(from[dim] - shifts[i], (long) self.size(dim));
                    }
                    return from;
                });
    }

    /** A turn takes the first dimension's axis to the second's. */
    private static Expected rot90(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] dims = arguments.integers("dims");
        int first = Shapes.dimension(dims[0], self.rank());
        int second = Shapes.dimension(dims[1], self.rank());
        HostArray result = self;
        for (long turn = Math.floorMod(arguments.integer("k"), 4L); turn > 0; turn--) {
            HostArray before = result;
            long[] shape = before.shape();
            shape[first] = before.size(second);
            shape[second] = before.size(first);
            result =
                    Moved.array(
                            before,
                            shape,
                            at -> {
                                long[] from = at.clone();
                                from[first] = at[second];
                                from[second] = before.size(second) - 1 - at[first];
                                return from;
                            });
        }
        return Expected.exactly(result);
    }

    private static Expected repeat(HostArray self, long[] counts) {
        int rank = Math.max(self.rank(), counts.length);
        long[] shape = new long[rank];
        for (int d = 0; d < rank; d++) {
            int own = d - (rank - self.rank());
            int count = d - (rank - counts.length);
            shape[d] = (own < 0 ? 1 : self.size(own)) * (count < 0 ? 1 : counts[count]);
        }
        return Moved.exactly(
                self,
                shape,
                at -> {
                    long[] from = Arrays.copyOfRange(at, rank - self.rank(), rank);
                    for (int d = 0; d < from.length; d++) {
                        from[d] %= self.size(d);
                    }
                    return from;
                });
    }

    private static Expected interleave(Arguments arguments) {
        long repeats = arguments.integer("repeats");
        HostArray given = arguments.array("self");
        boolean flat = arguments.get("dim") == null || given.rank() == 0;
        HostArray self = flat ? given.reshape(given.numel()) : given;
        int dim = flat ? 0 : Shapes.dimension(arguments.integer("dim"), self.rank());
        long[] shape = Shapes.with(self.shape(), dim, self.size(dim) * repeats);
        return Moved.exactly(
                self,
                shape,
                at -> {
                    at[dim] /= repeats;
                    return at;
                });
    }

    private static Expected triangle(Arguments arguments, boolean lower) {
        HostArray self = arguments.array("self");
        long diagonal = arguments.integer("diagonal");
        Grid grid = new Grid(self.type(), self.shape());
        int rank = self.rank();
        for (int i = 0; i < self.numel(); i++) {
            long[] at = Shapes.coordinates(i, self.shape());
            long distance = at[rank - 1] - at[rank - 2];
            if (lower ? distance <= diagonal : distance >= diagonal) {
                grid.set(i, self, i);
            }
        }
        return grid.exactly();
    }

    private static Expected diag(Arguments arguments) {
        HostArray self = arguments.array("self");
        long diagonal = arguments.integer("diagonal");
        if (self.rank() == 1) {
            return embed(self, diagonal, 0, 1);
        }
        long count = 0;
        for (long row = 0; row < self.size(0); row++) {
            count += row + diagonal >= 0 && row + diagonal < self.size(1) ? 1 : 0;
        }
        long row = Math.max(0, -diagonal);
        return Moved.exactly(
                self, new long[] {count}, at -> new long[] {row + at[0], row + at[0] + diagonal});
    }

    private static Expected embed(HostArray self, long offset, long dim1, long dim2) {
        int rank = self.rank() + 1;
        int first = Shapes.dimension(dim1, rank);
        int second = Shapes.dimension(dim2, rank);
        long[] shape = new long[rank];
        int next = 0;
        for (int d = 0; d < rank; d++) {
            shape[d] =
                    d == first || d == second
                            ? self.size(self.rank() - 1) + Math.abs(offset)
                            : self.size(next++);
        }
        Grid grid = new Grid(self.type(), shape);
        for (int i = 0; i < self.numel(); i++) {
            long[] from = Shapes.coordinates(i, self.shape());
            long along = from[self.rank() - 1];
            long[] to = new long[rank];
            int taken = 0;
            for (int d = 0; d < rank; d++) {
                to[d] =
                        d == first
                                ? along + Math.max(0, -offset)
                                : d == second ? along + Math.max(0, offset) : from[taken++];
            }
            grid.set(Shapes.linear(to, shape), self, i);
        }
        return grid.exactly();
    }
}
