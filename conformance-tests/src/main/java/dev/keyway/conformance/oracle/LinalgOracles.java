// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Products of vectors and matrices, by the axes that they sum over. */
@AutoService(OracleFamily.class)
public final class LinalgOracles implements OracleFamily {
    private static final String AXES = "abcdefghijklmnopqrstuvwxyz";

    /** For {@code ServiceLoader}. */
    public LinalgOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("mv", two("self", "ij", "vec", "j", "i"));
        table.add("dot", two("self", "i", "tensor", "i", ""));
        table.add("vdot", two("self", "i", "other", "i", ""));
        for (String name : List.of("outer", "ger")) {
            table.add(name, Oracle.single(LinalgOracles::outer));
        }
        table.add("inner", Oracle.single(LinalgOracles::inner));
        table.add("addmv", scaled("mat", "ij", "vec", "j", "i"));
        table.add("addr", scaled("vec1", "i", "vec2", "j", "ij"));
        table.add("addbmm", scaled("batch1", "bij", "batch2", "bjk", "ik"));
        table.add("baddbmm", scaled("batch1", "bij", "batch2", "bjk", "bik"));
        table.add("tensordot", Oracle.single(LinalgOracles::tensordot));
        table.add("kron", Oracle.single(LinalgOracles::kron));
        table.add("trace", Oracle.single(LinalgOracles::trace));
        table.add("bilinear", Oracle.single(LinalgOracles::bilinear));
    }

    private static Oracle two(
            String first, String firstAxes, String second, String secondAxes, String result) {
        return Oracle.single(
                a ->
                        new SumsOfProducts(
                                        List.of(a.array(first), a.array(second)),
                                        List.of(firstAxes, secondAxes),
                                        result)
                                .expected());
    }

    private static Oracle scaled(
            String first, String firstAxes, String second, String secondAxes, String result) {
        return Oracle.single(
                a ->
                        new SumsOfProducts(
                                        List.of(a.array(first), a.array(second)),
                                        List.of(firstAxes, secondAxes),
                                        result)
                                .expected(a.array("self"), a.scalar("beta"), a.scalar("alpha")));
    }

    private static Expected outer(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray vec2 = arguments.array("vec2");
        ElementType type = new Promotion().tensor(self).tensor(vec2).result();
        return new SumsOfProducts(
                        List.of(self.cast(type), vec2.cast(type)), List.of("i", "j"), "ij")
                .expected();
    }

    private static Expected inner(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray other = arguments.array("other");
        if (self.rank() == 0 || other.rank() == 0) {
            String axes = AXES.substring(0, Math.max(self.rank(), other.rank()));
            return new SumsOfProducts(
                            List.of(self, other),
                            List.of(self.rank() == 0 ? "" : axes, other.rank() == 0 ? "" : axes),
                            axes)
                    .expected();
        }
        String left = AXES.substring(0, self.rank() - 1);
        String right = AXES.substring(self.rank(), self.rank() + other.rank() - 1);
        return new SumsOfProducts(
                        List.of(self, other), List.of(left + "z", right + "z"), left + right)
                .expected();
    }

    private static Expected tensordot(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray other = arguments.array("other");
        long[] dimsSelf = arguments.integers("dims_self");
        long[] dimsOther = arguments.integers("dims_other");
        StringBuilder left = new StringBuilder(AXES.substring(0, self.rank()));
        StringBuilder right =
                new StringBuilder(AXES.substring(self.rank(), self.rank() + other.rank()));
        String free = left.toString() + right;
        for (int i = 0; i < dimsSelf.length; i++) {
            char axis = left.charAt(Shapes.dimension(dimsSelf[i], self.rank()));
            int at = Shapes.dimension(dimsOther[i], other.rank());
            free = free.replace(String.valueOf(axis), "");
            free = free.replace(String.valueOf(right.charAt(at)), "");
            right.setCharAt(at, axis);
        }
        return new SumsOfProducts(
                        List.of(self, other), List.of(left.toString(), right.toString()), free)
                .expected();
    }

    private static Expected kron(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray other = arguments.array("other");
        ElementType type = new Promotion().tensor(self).tensor(other).result();
        int rank = Math.max(self.rank(), other.rank());
        HostArray a = padded(self.cast(type), rank);
        HostArray b = padded(other.cast(type), rank);
        long[] shape = new long[rank];
        for (int d = 0; d < rank; d++) {
            shape[d] = (long) a.size(d) * b.size(d);
        }
        int numel = Shapes.numel(shape);
        double[] reals = new double[numel];
        long[] integers = new long[numel];
        for (int i = 0; i < numel; i++) {
            long[] left = Shapes.coordinates(i, shape);
            long[] right = left.clone();
            for (int d = 0; d < rank; d++) {
                left[d] /= b.size(d);
                right[d] %= b.size(d);
            }
            if (type.isFloating()) {
                reals[i] = a.realAt(left) * b.realAt(right);
            } else {
                integers[i] = a.integerAt(left) * b.integerAt(right);
            }
        }
        return type.isFloating()
                ? Expected.within(
                        type, shape, i -> reals[i], i -> type.unitRoundoff() * Math.abs(reals[i]))
                : Expected.exactly(HostArray.ofIntegers(type, shape, i -> integers[i]));
    }

    private static HostArray padded(HostArray array, int rank) {
        long[] shape = new long[rank];
        for (int d = 0; d < rank; d++) {
            int own = d - (rank - array.rank());
            shape[d] = own < 0 ? 1 : array.size(own);
        }
        return array.reshape(shape);
    }

    private static Expected trace(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = self.type().isFloating() ? self.type() : ElementType.I64;
        Accumulator sum = new Accumulator();
        long whole = 0;
        for (int i = 0; i < Math.min(self.size(0), self.size(1)); i++) {
            if (type.isFloating()) {
                sum.add(self.realAt(i, i));
            } else {
                whole += self.integerAt(i, i);
            }
        }
        long all = whole;
        return type.isFloating()
                ? Expected.within(type, new long[0], i -> sum.value(), i -> sum.bound(type))
                : Expected.exactly(HostArray.ofIntegers(type, new long[0], i -> all));
    }

    private static Expected bilinear(Arguments arguments) {
        HostArray first = arguments.array("input1");
        HostArray second = arguments.array("input2");
        HostArray weight = arguments.array("weight");
        @Nullable HostArray bias = arguments.optionalArray("bias");
        String batch = AXES.substring(0, first.rank() - 1);
        List<String> axes = new ArrayList<>(List.of(batch + "x", batch + "y", "zxy"));
        SumsOfProducts sums = new SumsOfProducts(List.of(first, second, weight), axes, batch + "z");
        return bias == null ? sums.expected() : sums.expected(bias, 1L, 1L);
    }
}
