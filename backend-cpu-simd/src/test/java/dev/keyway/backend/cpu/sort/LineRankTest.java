// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ranks against a stable sort of positions, with NaN last and equal zeros. */
final class LineRankTest {
    private static final int[] SIZES = {1, 2, 31, 32, 33, 34, 100, 2047, 2048, 2049, 30_000};

    @Test
    void floats() {
        SplittableRandom random = new SplittableRandom(1);
        checkFloats(i -> (float) random.nextGaussian());
        checkFloats(i -> (float) (i % 7 - 3));
        checkFloats(i -> i % 5 == 0 ? Float.NaN : i % 3 == 0 ? -0f : 0f);
        checkFloats(i -> Float.NaN);
        checkFloats(i -> i % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
        checkFloats(i -> (float) i);
        checkFloats(i -> (float) -i);
    }

    private static void checkFloats(IntFunction<Float> value) {
        for (int n : SIZES) {
            for (int step = 1; step <= 2; step++) {
                try (KernelFixture memory = new KernelFixture(1)) {
                    long line = memory.floats(n * step, value::apply);
                    int by = step;
                    IntFunction<Float> at = i -> KernelFixture.getFloat(line, (long) i * by) + 0f;
                    Integer[] order = order(n, Comparator.comparing(at::apply));
                    LineRank rank = new LineRank(true, n);
                    int nans = (int) IntStream.range(0, n).filter(i -> at.apply(i).isNaN()).count();
                    assertEquals(nans, rank.load(line, 4L * step));
                    for (int k : new int[] {0, n / 3, (n - 1) / 2, n - 1}) {
                        rank.load(line, 4L * step);
                        assertEquals(order[k], rank.place(line, 4L * step, k), "of " + n);
                    }
                }
            }
        }
    }

    @Test
    void integers() {
        SplittableRandom random = new SplittableRandom(2);
        for (int bound : new int[] {1, 3, 1000, Integer.MAX_VALUE}) {
            for (int n : SIZES) {
                try (KernelFixture memory = new KernelFixture(1)) {
                    long line = memory.allocate(4L * n);
                    for (int i = 0; i < n; i++) {
                        Memory.putInt(line + 4L * i, random.nextInt(-bound, bound));
                    }
                    Integer[] order =
                            order(n, Comparator.comparing(i -> Memory.getInt(line + 4L * i)));
                    LineRank rank = new LineRank(false, n);
                    for (int k : new int[] {0, n / 3, n / 2, n - 1}) {
                        assertEquals(0, rank.load(line, 4));
                        assertEquals(order[k], rank.place(line, 4, k), "of " + n);
                    }
                }
            }
        }
    }

    private static Integer[] order(int n, Comparator<Integer> comparator) {
        Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(order, comparator);
        return order;
    }

    @Test
    void medians() {
        assertEquals(2, RankKernels.median(5, 0));
        assertEquals(1, RankKernels.median(4, 0));
        assertEquals(3, RankKernels.median(5, 2));
        assertEquals(1, RankKernels.ofNumbers(5, 2));
        assertEquals(0, RankKernels.ofNumbers(5, 5));
        assertEquals(0, RankKernels.ofNumbers(5, 4));
    }
}
