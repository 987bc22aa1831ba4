// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.Arrays;
import java.util.List;

/**
 * Joining, picking and scattering; all exact but the sums of floating values that meet in one
 * place.
 */
@AutoService(OracleFamily.class)
public final class IndexingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public IndexingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("cat", Oracle.single(a -> cat(a.arrays("tensors"), a.integer("dim"))));
        table.add("stack", Oracle.single(IndexingOracles::stack));
        table.add("gather", Oracle.single(IndexingOracles::gather));
        table.add("index_select", Oracle.single(IndexingOracles::indexSelect));
        table.add("scatter.src", Oracle.single(IndexingOracles::scatter));
        table.add("scatter_add", Oracle.single(IndexingOracles::scatterAdd));
        table.add("index_add", Oracle.single(IndexingOracles::indexAdd));
    }

    static Expected cat(List<HostArray> given, long dim) {
        Promotion promotion = new Promotion();
        given.forEach(promotion::tensor);
        ElementType type = promotion.result();
        // A vector without elements joins with tensors of any shape.
        boolean vectors = given.stream().allMatch(t -> t.rank() == 1);
        List<HostArray> tensors =
                given.stream().filter(t -> vectors || t.rank() != 1 || t.numel() != 0).toList();
        int d = Shapes.dimension(dim, tensors.getFirst().rank());
        long total = tensors.stream().mapToLong(t -> t.size(d)).sum();
        long[] shape = Shapes.with(tensors.getFirst().shape(), d, total);
        double[] reals = new double[Shapes.numel(shape)];
        long[] integers = new long[reals.length];
        int start = 0;
        for (HostArray tensor : tensors) {
            HostArray cast = tensor.cast(type);
            for (int i = 0; i < tensor.numel(); i++) {
                long[] at = Shapes.coordinates(i, tensor.shape());
                at[d] += start;
                int target = Shapes.linear(at, shape);
                if (type.isFloating()) {
                    reals[target] = cast.real(i);
                } else {
                    integers[target] = cast.integer(i);
                }
            }
            start += tensor.size(d);
        }
        return Expected.exactly(
                type.isFloating()
                        ? HostArray.ofReals(type, shape, i -> reals[i])
                        : HostArray.ofIntegers(type, shape, i -> integers[i]));
    }

    private static Expected stack(Arguments arguments) {
        List<HostArray> tensors = arguments.arrays("tensors");
        int rank = tensors.getFirst().rank();
        int dim = Shapes.dimension(arguments.integer("dim"), rank + 1);
        long[] single = new long[rank + 1];
        for (int d = 0; d <= rank; d++) {
            single[d] = d == dim ? 1 : tensors.getFirst().size(d < dim ? d : d - 1);
        }
        return cat(tensors.stream().map(t -> t.reshape(single)).toList(), dim);
    }

    private static Expected gather(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        return Expected.exactly(self.pick(index.shape(), i -> target(self.shape(), index, dim, i)));
    }

    /** The position in {@code shape} to which element i of the index points. */
    private static int target(long[] shape, HostArray index, int dim, int i) {
        long[] at = Shapes.coordinates(i, index.shape());
        if (at.length > 0) {
            at[dim] = index.integer(i);
        }
        return Shapes.linear(at, shape);
    }

    private static Expected indexSelect(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long[] shape =
                self.rank() == 0 ? self.shape() : Shapes.with(self.shape(), dim, index.numel());
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            if (at.length > 0) {
                                at[dim] = index.integer((int) at[dim]);
                            }
                            return Shapes.linear(at, self.shape());
                        }));
    }

    private static Expected scatter(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        HostArray src = arguments.array("src");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        int[] from = new int[self.numel()];
        Arrays.fill(from, -1);
        for (int i = 0; i < index.numel(); i++) {
            from[target(self.shape(), index, dim, i)] =
                    Shapes.linear(Shapes.coordinates(i, index.shape()), src.shape());
        }
        long[] shape = self.shape();
        return Expected.exactly(
                self.type().isFloating()
                        ? HostArray.ofReals(
                                self.type(),
                                shape,
                                i -> from[i] < 0 ? self.real(i) : src.real(from[i]))
                        : HostArray.ofIntegers(
                                self.type(),
                                shape,
                                i -> from[i] < 0 ? self.integer(i) : src.integer(from[i])));
    }

    private static Expected scatterAdd(Arguments arguments) {
        HostArray index = arguments.array("index");
        HostArray self = arguments.array("self");
        HostArray src = arguments.array("src");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Sums sums = new Sums(self);
        for (int i = 0; i < index.numel(); i++) {
            int source = Shapes.linear(Shapes.coordinates(i, index.shape()), src.shape());
            sums.add(target(self.shape(), index, dim, i), src, source);
        }
        return sums.expected();
    }

    private static Expected indexAdd(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        HostArray source = arguments.array("source");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Sums sums = new Sums(self);
        for (int i = 0; i < source.numel(); i++) {
            long[] at = Shapes.coordinates(i, source.shape());
            if (self.rank() > 0) {
                at[dim] = index.integer((int) at[dim]);
            }
            int target = self.rank() == 0 ? 0 : Shapes.linear(at, self.shape());
            sums.addScaled(target, source, i, arguments.scalar("alpha"));
        }
        return sums.expected();
    }

    /** One sum per element. */
    static final class Sums {
        private final HostArray start;
        private final Accumulator[] sums;
        private final long[] integers;

        Sums(HostArray start) {
            this.start = start;
            sums = new Accumulator[start.numel()];
            integers = new long[sums.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = new Accumulator().add(start.real(i));
                integers[i] = start.type().isFloating() ? 0 : start.integer(i);
            }
        }

        void add(int target, HostArray source, int i) {
            if (start.type().isFloating()) {
                sums[target].add(source.real(i));
            } else {
                integers[target] += source.integer(i);
            }
        }

        void addScaled(int target, HostArray source, int i, Object factor) {
            if (!start.type().isFloating()) {
                long scale = factor instanceof Boolean flag ? (flag ? 1 : 0) : (Long) factor;
                integers[target] += scale * source.integer(i);
            } else if (Arguments.asReal(factor) == 1) {
                sums[target].add(source.real(i));
            } else {
                sums[target].addProduct(source.real(i), Arguments.asReal(factor));
            }
        }

        void addProduct(int target, double a, double b) {
            sums[target].addProduct(a, b);
        }

        Expected expected() {
            ElementType type = start.type();
            return type.isFloating()
                    ? Expected.within(
                            type,
                            start.shape(),
                            i -> sums[i].value(),
                            i -> sums[i].count() == 1 ? 0 : sums[i].bound(type))
                    : Expected.exactly(HostArray.ofIntegers(type, start.shape(), i -> integers[i]));
        }
    }
}
