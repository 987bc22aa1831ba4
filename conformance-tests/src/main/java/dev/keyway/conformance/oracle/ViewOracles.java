// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operators that only rearrange elements: exact. */
@AutoService(OracleFamily.class)
public final class ViewOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ViewOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("view", Oracle.single(a -> reshape(a, "size")));
        table.add("reshape", Oracle.single(a -> reshape(a, "shape")));
        table.add("permute", Oracle.single(a -> permute(a.array("self"), a.integers("dims"))));
        table.add("transpose", Oracle.single(ViewOracles::transpose));
        table.add("t", Oracle.single(ViewOracles::t));
        table.add("expand", Oracle.single(ViewOracles::expand));
        table.add("slice", Oracle.single(ViewOracles::slice));
        table.add("select", Oracle.single(ViewOracles::select));
        table.add("narrow", Oracle.single(ViewOracles::narrow));
        table.add("squeeze", Oracle.single(ViewOracles::squeeze));
        table.add("unsqueeze", Oracle.single(ViewOracles::unsqueeze));
        table.add("flatten", Oracle.single(ViewOracles::flatten));
        table.add("as_strided", Oracle.single(ViewOracles::asStrided));
        for (String name : List.of("detach", "clone", "contiguous", "_to_device")) {
            table.add(name, Oracle.single(a -> Expected.exactly(a.array("self"))));
        }
    }

    private static Expected reshape(Arguments arguments, String argument) {
        HostArray self = arguments.array("self");
        long[] shape = arguments.integers(argument).clone();
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] == -1) {
                long known = -Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                shape[d] = self.numel() / known;
            }
        }
        return Expected.exactly(self.reshape(shape));
    }

    private static Expected permute(HostArray self, long[] dims) {
        long[] shape = new long[dims.length];
        for (int d = 0; d < dims.length; d++) {
            shape[d] = self.size(Shapes.dimension(dims[d], self.rank()));
        }
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            long[] from = new long[at.length];
                            for (int d = 0; d < at.length; d++) {
                                from[Shapes.dimension(dims[d], at.length)] = at[d];
                            }
                            return Shapes.linear(from, self.shape());
                        }));
    }

    private static Expected transpose(Arguments arguments) {
        HostArray self = arguments.array("self");
        if (self.rank() == 0) {
            return Expected.exactly(self);
        }
        long[] dims = new long[self.rank()];
        Arrays.setAll(dims, d -> d);
        int dim0 = Shapes.dimension(arguments.integer("dim0"), self.rank());
        int dim1 = Shapes.dimension(arguments.integer("dim1"), self.rank());
        dims[dim0] = dim1;
        dims[dim1] = dim0;
        return permute(self, dims);
    }

    private static Expected t(Arguments arguments) {
        HostArray self = arguments.array("self");
        return self.rank() < 2 ? Expected.exactly(self) : permute(self, new long[] {1, 0});
    }

    private static Expected expand(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] shape = arguments.integers("size").clone();
        int added = shape.length - self.rank();
        for (int d = 0; d < shape.length; d++) {
            shape[d] = shape[d] == -1 ? self.size(d - added) : shape[d];
        }
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> Shapes.broadcastLinear(Shapes.coordinates(i, shape), self.shape())));
    }

    private static Expected slice(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long size = self.size(dim);
        long start = arguments.get("start") == null ? 0 : arguments.integer("start");
        long end = arguments.get("end") == null ? size : arguments.integer("end");
        long from = clip(start, 0, size);
        long to = clip(end, from, size);
        long step = arguments.integer("step");
        return sliced(self, dim, from, (to - from + step - 1) / step, step);
    }

    private static long clip(long position, long low, long size) {
        return Math.max(low, Math.min(size, position < 0 ? position + size : position));
    }

    private static Expected sliced(HostArray self, int dim, long from, long length, long step) {
        long[] shape = Shapes.with(self.shape(), dim, length);
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            at[dim] = from + at[dim] * step;
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected select(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long index = arguments.integer("index");
        long at = index < 0 ? index + self.size(dim) : index;
        boolean[] chosen = new boolean[self.rank()];
        chosen[dim] = true;
        Groups groups = new Groups(self.shape(), chosen, false);
        return Expected.exactly(self.pick(groups.shape(), i -> groups.members(i)[(int) at]));
    }

    private static Expected narrow(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long start = arguments.integer("start");
        long from = start < 0 ? start + self.size(dim) : start;
        return sliced(self, dim, from, arguments.integer("length"), 1);
    }

    private static Expected squeeze(Arguments arguments) {
        HostArray self = arguments.array("self");
        Object dim = arguments.get("dim");
        List<Long> kept = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            boolean candidate = dim == null || Shapes.dimension((Long) dim, self.rank()) == d;
            if (!candidate || self.size(d) != 1) {
                kept.add((long) self.size(d));
            }
        }
        return Expected.exactly(self.reshape(array(kept)));
    }

    private static Expected unsqueeze(Arguments arguments) {
        HostArray self = arguments.array("self");
        List<Long> sizes = new ArrayList<>();
        Arrays.stream(self.shape()).forEach(sizes::add);
        sizes.add(Shapes.dimension(arguments.integer("dim"), self.rank() + 1), 1L);
        return Expected.exactly(self.reshape(array(sizes)));
    }

    private static Expected flatten(Arguments arguments) {
        HostArray self = arguments.array("self");
        if (self.rank() == 0) {
            return Expected.exactly(self.reshape(1));
        }
        int from = Shapes.dimension(arguments.integer("start_dim"), self.rank());
        int to = Shapes.dimension(arguments.integer("end_dim"), self.rank());
        List<Long> sizes = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            if (d > from && d <= to) {
                sizes.set(from, sizes.get(from) * self.size(d));
            } else {
                sizes.add((long) self.size(d));
            }
        }
        return Expected.exactly(self.reshape(array(sizes)));
    }

    private static Expected asStrided(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] size = arguments.integers("size");
        long[] stride = arguments.integers("stride");
        Object offset = arguments.get("storage_offset");
        long start = offset == null ? 0 : (Long) offset;
        return Expected.exactly(
                self.pick(
                        size,
                        i -> {
                            long[] at = Shapes.coordinates(i, size);
                            long position = start;
                            for (int d = 0; d < at.length; d++) {
                                position += at[d] * stride[d];
                            }
                            return (int) position;
                        }));
    }

    private static long[] array(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }
}
