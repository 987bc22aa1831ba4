// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of views large enough to be cut into tasks: an element's value is its place. */
class CopiesTest {
    private static final Keyway KEYWAY = Keyway.builder().threads(2).open();
    private static final Device CPU = KEYWAY.device("cpu");

    @AfterAll
    static void close() {
        KEYWAY.close();
    }

    /** A view of consecutive numbers with these sizes and steps, copied. */
    private static void check(
            DType dtype, long count, UnaryOperator<Tensor> view, long[] sizes, long... steps) {
        try (Tensor numbers = Ops.arange(CPU, DType.I64, 0, count);
                Tensor source = numbers.to(dtype);
                Tensor seen = view.apply(source);
                Tensor copy = seen.clone();
                Tensor dense = copy.contiguous();
                Tensor wide = dense.to(DType.I64)) {
            long[] values = wide.toLongArray();
            long[] at = new long[sizes.length];
            for (int i = 0; i < values.length; i++) {
                long place = 0;
                long rest = i;
                for (int d = sizes.length - 1; d >= 0; d--) {
                    at[d] = rest % sizes[d];
                    rest /= sizes[d];
                    place += at[d] * steps[d];
                }
                assertEquals(place, values[i]);
            }
            assertEquals(0, copy.storageOffset());
        }
    }

    private static Tensor of(Tensor source, long... sizes) {
        return source.view(sizes);
    }

    @ParameterizedTest
    @EnumSource(names = {"I32", "I64", "F64"})
    void piecesOfLongRows(DType dtype) {
        check(dtype, 300_007, x -> x.view(-1L), new long[] {300_007}, 1);
        check(
                dtype,
                300_000,
                x -> of(x, 3, 100_000).narrow(1, 0, 90_001),
                new long[] {3, 90_001},
                100_000,
                1);
    }

    @ParameterizedTest
    @EnumSource(names = {"I32", "I64", "F32"})
    void rowsOfTheDimensionBefore(DType dtype) {
        check(
                dtype,
                4 * 33 * 40 * 17,
                x -> of(x, 4, 33, 40, 17).permute(0, 2, 1, 3).contiguous(),
                new long[] {4, 40, 33, 17},
                33 * 40 * 17,
                17,
                40 * 17,
                1);
        check(
                dtype,
                6 * 5 * 90 * 64,
                x -> of(x, 6, 5, 90, 64).permute(0, 2, 1, 3).contiguous(),
                new long[] {6, 90, 5, 64},
                5 * 90 * 64,
                64,
                90 * 64,
                1);
        check(
                dtype,
                6 * 90 * 5 * 64,
                x -> of(x, 6, 90, 5, 64).permute(0, 2, 1, 3).contiguous(),
                new long[] {6, 5, 90, 64},
                5 * 90 * 64,
                64,
                5 * 64,
                1);
    }

    @ParameterizedTest
    @EnumSource(names = {"I16", "I32", "I64"})
    void shortRows(DType dtype) {
        for (int repeats : new int[] {2, 3, 15}) {
            check(
                    dtype,
                    20_011,
                    x -> x.unsqueeze(1).expand(20_011, repeats).contiguous(),
                    new long[] {20_011, repeats},
                    1,
                    0);
        }
        check(
                dtype,
                30_000,
                x -> of(x, 10_000, 3).slice(1, 0L, 3L, 2).contiguous(),
                new long[] {10_000, 2},
                3,
                2);
    }

    @ParameterizedTest
    @EnumSource(names = {"I16", "I32", "I64", "F32"})
    void everySecond(DType dtype) {
        for (int width : new int[] {15, 34, 129, 30_001}) {
            long half = (width + 1) / 2;
            check(
                    dtype,
                    width,
                    x -> x.slice(0, 0L, (long) width, 2).contiguous(),
                    new long[] {half},
                    2);
        }
        check(
                dtype,
                200 * 131,
                x -> of(x, 200, 131).slice(1, 0L, 131L, 2).contiguous(),
                new long[] {200, 66},
                131,
                2);
    }
}
