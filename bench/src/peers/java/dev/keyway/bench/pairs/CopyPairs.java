// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.BF16;
import static dev.keyway.DType.BOOL;
import static dev.keyway.DType.F16;
import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I32;
import static dev.keyway.DType.I64;
import static dev.keyway.DType.U8;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Copies, conversions and rearrangements. */
final class CopyPairs extends PairFamily {
    CopyPairs() {
        for (DType dtype : List.of(F32, F64, BF16, U8)) {
            copies(dtype, 256);
            copies(dtype, 2048);
        }
        copy("permute 0231", F32, x -> x.permute(0, 2, 3, 1), 8, 64, 56, 56);
        copy("permute 0312", F32, x -> x.permute(0, 3, 1, 2), 8, 56, 56, 64);
        copy("permute 0213", F32, x -> x.permute(0, 2, 1, 3), 8, 128, 12, 64);
        copy("permute 0321", F32, x -> x.permute(0, 3, 2, 1), 8, 128, 12, 64);
        copy("permute 3210", F32, x -> x.permute(3, 2, 1, 0), 32, 32, 32, 32);
        for (long count : new long[] {SMALL, LARGE}) {
            cast(F32, F64, count);
            cast(F64, F32, count);
            cast(F32, BF16, count);
            cast(BF16, F32, count);
            cast(F32, F16, count);
            cast(F16, F32, count);
            cast(I64, F32, count);
            cast(F32, I64, count);
            cast(I32, F32, count);
            cast(F32, I32, count);
            cast(BOOL, F32, count);
            cast(U8, F32, count);
            cast(F32, BOOL, count);
            fill(F32, count);
            fill(I64, count);
        }
        for (long size : new long[] {256, 2048}) {
            join(size);
            move(size);
        }
    }

    private void copies(DType dtype, long size) {
        copy("copy", dtype, x -> x, size, size);
        copy("transpose", dtype, x -> x.transpose(0, 1), size, size);
        if (dtype == F32) {
            copy("copy of every second", dtype, x -> x.slice(1, 0L, size, 2), size, size);
            copy("copy of a block", dtype, x -> x.slice(1, 0L, size / 2, 1), size, size);
            copy("expand row", dtype, x -> x.slice(0, 0L, 1L, 1).expand(size, size), size, size);
            copy("expand column", dtype, x -> x.slice(1, 0L, 1L, 1).expand(size, size), size, size);
        }
    }

    private void copy(String name, DType dtype, UnaryOperator<Tensor> view, long... sizes) {
        row(
                name + " " + dtype + " " + shape(sizes),
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Tensor seen = view.apply(x.ours());
                    Operand source = seen == x.ours() ? x : data.read(seen);
                    Operand out = data.result(dtype, seen.sizes());
                    return data.pair(
                            () -> out.ours().copy_(source.ours()), "copy_", out, source, false);
                });
    }

    private void cast(DType from, DType to, long count) {
        row(
                "cast " + from + " to " + to + " " + count(count),
                data -> {
                    Operand x = data.normal(from, count);
                    Operand out = data.result(to, count);
                    return data.pair(() -> out.ours().copy_(x.ours()), "copy_", out, x, false);
                });
    }

    private void fill(DType dtype, long count) {
        row(
                "fill " + dtype + " " + count(count),
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(() -> out.ours().fill_(3), "fill__Scalar", out, 3);
                });
        row(
                "zero " + dtype + " " + count(count),
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(() -> out.ours().zero_(), "zero_", out);
                });
    }

    private void join(long size) {
        for (long dim = 0; dim < 2; dim++) {
            long d = dim;
            long[] joined = {size, size};
            joined[(int) dim] *= 3;
            row(
                    "cat f32 3 of " + shape(size, size) + " dim " + dim,
                    data -> {
                        Operand x = data.normal(F32, size, size);
                        Operand y = data.normal(F32, size, size);
                        Operand z = data.normal(F32, size, size);
                        Operand out = data.result(F32, joined);
                        List<Tensor> ours = List.of(x.ours(), y.ours(), z.ours());
                        return data.pair(
                                () -> Ops.cat(ours, d), "cat_out", List.of(x, y, z), d, out);
                    });
            row(
                    "stack f32 2 of " + shape(size, size) + " dim " + (dim == 0 ? 0 : 2),
                    data -> {
                        long at = d == 0 ? 0 : 2;
                        Operand x = data.normal(F32, size, size);
                        Operand y = data.normal(F32, size, size);
                        Operand out =
                                at == 0
                                        ? data.result(F32, 2, size, size)
                                        : data.result(F32, size, size, 2);
                        List<Tensor> ours = List.of(x.ours(), y.ours());
                        return data.pair(
                                () -> Ops.stack(ours, at), "stack_out", List.of(x, y), at, out);
                    });
        }
    }

    private void move(long size) {
        String shape = " f32 " + shape(size, size);
        for (long dim = 0; dim < 2; dim++) {
            long d = dim;
            row(
                    "flip" + shape + " dim " + dim,
                    data -> {
                        Operand x = data.normal(F32, size, size);
                        return data.returning(1, () -> x.ours().flip(d), "flip", x, new long[] {d});
                    });
            row(
                    "roll" + shape + " dim " + dim,
                    data -> {
                        Operand x = data.normal(F32, size, size);
                        return data.returning(
                                1,
                                () -> x.ours().roll(new long[] {5}, d),
                                "roll",
                                x,
                                new long[] {5},
                                new long[] {d});
                    });
        }
        row(
                "tile" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    return data.returning(
                            1, () -> x.ours().tile(2, 2), "tile", x, new long[] {2, 2});
                });
        row(
                "repeat_interleave" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    return data.returning(
                            1,
                            () -> x.ours().repeatInterleave(2, 1L),
                            "repeat_interleave_self_int",
                            x,
                            2,
                            1,
                            null);
                });
        row(
                "clone" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    return data.returning(1, () -> x.ours().clone(), "clone", x, null);
                });
    }
}
