// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;

/** Sums of products by an equation, cross products, powers of matrices and distances. */
@AutoService(OracleFamily.class)
public final class EinsumOracles implements OracleFamily {
    private static final String ELLIPSIS = "0123456789";

    /** For {@code ServiceLoader}. */
    public EinsumOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("einsum", Oracle.single(EinsumOracles::einsum));
        table.add(
                "cross",
                Oracle.single(
                        a -> {
                            HostArray self = a.array("self");
                            int dim = 0;
                            if (a.get("dim") == null) {
                                while (self.size(dim) != 3) {
                                    dim++;
                                }
                            } else {
                                dim = Shapes.dimension(a.integer("dim"), self.rank());
                            }
                            return cross(self, a.array("other"), dim);
                        }));
        table.add(
                "linalg_cross",
                Oracle.single(
                        a -> {
                            HostArray self = a.array("self");
                            int dim = Shapes.dimension(a.integer("dim"), self.rank());
                            return cross(self, a.array("other"), dim);
                        }));
        table.add("matrix_power", Oracle.single(EinsumOracles::power));
        table.add("cdist", Oracle.single(EinsumOracles::distances));
    }

    /** Digits stand for the dimensions of an ellipsis, 0 for the last. */
    private static Expected einsum(Arguments arguments) {
        String equation = String.valueOf(arguments.get("equation")).replace(" ", "");
        List<HostArray> operands = arguments.arrays("tensors");
        String[] sides = equation.split("->", -1);
        String[] parts = sides[0].split(",", -1);
        List<String> axes = new ArrayList<>();
        int widest = 0;
        for (int i = 0; i < parts.length; i++) {
            int letters = parts[i].replace("...", "").length();
            int spread = parts[i].contains("...") ? operands.get(i).rank() - letters : 0;
            widest = Math.max(widest, spread);
            axes.add(parts[i].replace("...", reversedDigits(spread)));
        }
        String result;
        if (sides.length > 1) {
            result = sides[1].replace("...", reversedDigits(widest));
        } else {
            String all = String.join("", axes);
            StringBuilder once = new StringBuilder(reversedDigits(widest));
            all.chars()
                    .sorted()
                    .filter(Character::isLetter)
                    .filter(c -> all.indexOf(c) == all.lastIndexOf(c))
                    .forEach(c -> once.append((char) c));
            result = once.toString();
        }
        return new SumsOfProducts(operands, axes, result).expected();
    }

    private static String reversedDigits(int count) {
        return new StringBuilder(ELLIPSIS.substring(0, count)).reverse().toString();
    }

    private static Expected cross(HostArray self, HostArray other, int dim) {
        ElementType type = new Promotion().tensor(self).tensor(other).result();
        HostArray a = self.cast(type);
        HostArray b = other.cast(type);
        long[] shape = Shapes.broadcast(a.shape(), b.shape());
        int numel = Shapes.numel(shape);
        double[] values = new double[numel];
        double[] bounds = new double[numel];
        long[] integers = new long[numel];
        for (int i = 0; i < numel; i++) {
            long[] at = Shapes.coordinates(i, shape);
            long which = at[dim];
            int a1 = at(a, at, dim, which + 1);
            int a2 = at(a, at, dim, which + 2);
            int b1 = at(b, at, dim, which + 1);
            int b2 = at(b, at, dim, which + 2);
            if (type.isFloating()) {
                Accumulator sum = new Accumulator();
                sum.addProduct(a.real(a1), b.real(b2)).addProduct(-a.real(a2), b.real(b1));
                values[i] = sum.value();
                bounds[i] = sum.bound(type);
            } else {
                integers[i] = a.integer(a1) * b.integer(b2) - a.integer(a2) * b.integer(b1);
            }
        }
        return type.isFloating()
                ? Expected.within(type, shape, i -> values[i], i -> bounds[i])
                : Expected.exactly(HostArray.ofIntegers(type, shape, i -> integers[i]));
    }

    private static int at(HostArray array, long[] at, int dim, long position) {
        long[] moved = at.clone();
        moved[dim] = position % 3;
        return Shapes.broadcastLinear(moved, array.shape());
    }

    /** n - 1 products, one after the other, in double. */
    private static Expected power(Arguments arguments) {
        HostArray self = arguments.array("self");
        long n = arguments.integer("n");
        int rank = self.rank();
        int size = self.size(rank - 1);
        int each = size * size;
        double[] values = new double[self.numel()];
        double[] sizes = new double[values.length];
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = i % each / size == i % size ? 1 : 0;
            values[i] = integers[i];
            sizes[i] = integers[i];
        }
        for (long step = 0; step < n; step++) {
            double[] next = new double[values.length];
            double[] nextSizes = new double[values.length];
            long[] nextIntegers = new long[values.length];
            for (int i = 0; i < values.length; i++) {
                int start = i / each * each;
                int row = i % each / size;
                int column = i % size;
                for (int k = 0; k < size; k++) {
                    int left = start + row * size + k;
                    int right = start + k * size + column;
                    next[i] += values[left] * self.real(right);
                    nextSizes[i] += sizes[left] * Math.abs(self.real(right));
                    nextIntegers[i] +=
                            self.type().isFloating() ? 0 : integers[left] * self.integer(right);
                }
            }
            values = next;
            sizes = nextSizes;
            integers = nextIntegers;
        }
        double[] exact = values;
        double[] magnitudes = sizes;
        long[] whole = integers;
        ElementType type = self.type();
        double relative = n < 2 ? 0 : 2.0 * n * (size + 1) * type.unitRoundoff();
        return type.isFloating()
                ? Expected.within(type, self.shape(), i -> exact[i], i -> relative * magnitudes[i])
                : Expected.exactly(HostArray.ofIntegers(type, self.shape(), i -> whole[i]));
    }

    /**
     * The error of a norm of m terms: a rounding of each difference, power and root, and m of the
     * sum.
     */
    private static Expected distances(Arguments arguments) {
        HostArray a = arguments.array("x1");
        HostArray b = arguments.array("x2");
        double p = arguments.real("p");
        ElementType type = a.type();
        int terms = a.size(a.rank() - 1);
        long[] batch =
                Shapes.broadcast(
                        java.util.Arrays.copyOf(a.shape(), a.rank() - 2),
                        java.util.Arrays.copyOf(b.shape(), b.rank() - 2));
        long[] shape = java.util.Arrays.copyOf(batch, batch.length + 2);
        shape[batch.length] = a.size(a.rank() - 2);
        shape[batch.length + 1] = b.size(b.rank() - 2);
        double[] values = new double[Shapes.numel(shape)];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            double sum = 0;
            for (int k = 0; k < terms; k++) {
                double x = a.real(row(a, at, at[batch.length], k));
                double y = b.real(row(b, at, at[batch.length + 1], k));
                double size = Math.abs(x - y);
                sum =
                        p == 0
                                ? sum + (size != 0 ? 1 : 0)
                                : Double.isInfinite(p)
                                        ? Math.max(sum, size)
                                        : sum + StrictMath.pow(size, p);
            }
            values[i] = p == 0 || Double.isInfinite(p) ? sum : StrictMath.pow(sum, 1 / p);
        }
        double relative = (terms + 12 + 4 * Math.min(p, 16)) * type.unitRoundoff();
        return Expected.within(
                type, shape, i -> values[i], i -> relative * values[i] + type.ulp(0));
    }

    private static int row(HostArray array, long[] at, long row, int k) {
        long[] own = new long[array.rank()];
        int skipped = at.length - array.rank();
        for (int d = 0; d < own.length - 2; d++) {
            own[d] = array.size(d) == 1 ? 0 : at[skipped + d];
        }
        own[own.length - 2] = row;
        own[own.length - 1] = k;
        return Shapes.linear(own, array.shape());
    }
}
