// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Shapes;
import dev.keyway.conformance.sample.CaseId;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code copy_} from a part of the same storage, in every dtype: it gives what a copy of the source
 * made before gives, and leaves all other elements alone.
 */
final class OverlapCases {
    /** The storage has k times k elements, so that it is a matrix, too. */
    private static final int[] SIDES = {2, 3, 8, 17, 33};

    /** Some of the elements of a storage. */
    private record Window(long offset, long[] sizes, long... strides) {
        Tensor of(Tensor base) {
            return Ops.asStrided(base, sizes, strides, offset);
        }

        int position(int element) {
            long[] at = Shapes.coordinates(element, sizes);
            long position = offset;
            for (int d = 0; d < at.length; d++) {
                position += at[d] * strides[d];
            }
            return (int) position;
        }
    }

    private record Pair(Window target, Window source) {}

    @FunctionalInterface
    private interface Windows {
        Pair of(long side);
    }

    private OverlapCases() {}

    static List<ConformanceCase> all(long seed) {
        List<ConformanceCase> cases = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            Adder adder = new Adder(seed, type, cases);
            adder.add("one element towards the end", k -> line(1, 0, k * k - 1));
            adder.add("one element towards the start", k -> line(0, 1, k * k - 1));
            adder.add("half of it towards the end", k -> line(k * k / 4, 0, k * k / 2));
            adder.add("the second half from the first", k -> line(k * k / 2, 0, k * k / 2));
            adder.add("the first half from the second", k -> line(0, k * k / 2, k * k / 2));
            adder.add("every other element from those between", k -> steps(0, 2, 1, 2, k * k / 2));
            adder.add("every other element from the first ones", k -> steps(0, 2, 0, 1, k * k / 2));
            adder.add("the first ones from every other element", k -> steps(0, 1, 0, 2, k * k / 2));
            adder.add("all elements from one of them", k -> steps(0, 1, k, 0, k * k));
            adder.add("all elements from themselves", k -> line(0, 0, k * k));
            adder.add("a matrix from its transpose", OverlapCases::transposed);
            adder.add("columns from the columns beside them", OverlapCases::columns);
            adder.add("a row from a column", OverlapCases::rowFromColumn);
        }
        return cases;
    }

    private static Pair line(long target, long source, long count) {
        return steps(target, 1, source, 1, count);
    }

    private static Pair steps(long target, long step, long source, long sourceStep, long count) {
        long[] sizes = {count};
        return new Pair(new Window(target, sizes, step), new Window(source, sizes, sourceStep));
    }

    private static Pair transposed(long k) {
        long[] sizes = {k, k};
        return new Pair(new Window(0, sizes, k, 1), new Window(0, sizes, 1, k));
    }

    private static Pair columns(long k) {
        long[] sizes = {k, k - 1};
        return new Pair(new Window(0, sizes, k, 1), new Window(1, sizes, k, 1));
    }

    private static Pair rowFromColumn(long k) {
        return steps(k, 1, 1, k, k);
    }

    private record Adder(long seed, ElementType type, List<ConformanceCase> cases) {
        void add(String label, Windows windows) {
            int index = (int) cases.stream().filter(c -> c.line().id().type() == type).count();
            long largest = SIDES[SIDES.length - 1];
            cases.add(
                    new ConformanceCase(
                            new ReplayLine(new CaseId(seed, "copy", type, index), Form.ALIAS),
                            "overlap",
                            "copy_ within one storage: " + label,
                            largest * largest,
                            (bench, digest) -> {
                                for (int side : SIDES) {
                                    check(bench, numbers(type, side), windows.of(side));
                                }
                            }));
        }
    }

    /** Neighbours differ. */
    private static HostArray numbers(ElementType type, int side) {
        long[] shape = {(long) side * side};
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> i * 37 % 251 - 120.5)
                : type == ElementType.BOOL
                        ? HostArray.ofIntegers(type, shape, i -> i * 0x9E3779B9 >>> 31)
                        : HostArray.ofIntegers(type, shape, i -> i * 37 % 251 - 120);
    }

    private static void check(Workbench bench, HostArray numbers, Pair pair) {
        Tensor base = bench.dense(numbers);
        Tensor target = bench.keep(pair.target.of(base));
        target.copy_(bench.keep(pair.source.of(base)));
        int[] from = new int[numbers.numel()];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
        }
        for (int i = 0; i < Shapes.numel(pair.target.sizes); i++) {
            from[pair.target.position(i)] = pair.source.position(i);
        }
        HostArray expected = numbers.pick(numbers.shape(), i -> from[i]);
        ValueCases.compare(
                "the storage of " + numbers.numel() + " elements after the copy",
                Expected.exactly(expected),
                bench.download(base),
                null);
    }
}
