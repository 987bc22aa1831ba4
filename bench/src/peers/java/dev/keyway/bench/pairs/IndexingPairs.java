// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.BOOL;
import static dev.keyway.DType.F32;
import static dev.keyway.DType.I64;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** Reading and writing by index and by mask. */
final class IndexingPairs extends PairFamily {
    IndexingPairs() {
        for (long size : new long[] {256, 2048}) {
            for (long dim = 0; dim < 2; dim++) {
                along(size, dim);
            }
            masked(size);
            flat(size);
        }
    }

    private static Operand indices(Data data, long size, long... sizes) {
        return data.integers(I64, 0, size, sizes);
    }

    private void along(long size, long dim) {
        String shape = " f32 " + shape(size, size) + " dim " + dim;
        row(
                "gather" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand index = indices(data, size, size, size);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                            () -> x.ours().gather(dim, index.ours()),
                            "gather_out",
                            x,
                            dim,
                            index,
                            false,
                            out);
                });
        row(
                "scatter" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand source = data.normal(F32, size, size);
                    Operand index = permutations(data, size, dim);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                            () -> x.ours().scatter(dim, index.ours(), source.ours()),
                            "scatter_src_out",
                            x,
                            dim,
                            index,
                            source,
                            out);
                });
        row(
                "scatter_add" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand source = data.normal(F32, size, size);
                    Operand index = indices(data, size, size, size);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                                    () -> x.ours().scatterAdd(dim, index.ours(), source.ours()),
                                    "scatter_add_out",
                                    x,
                                    dim,
                                    index,
                                    source,
                                    out)
                            .scale(1);
                });
        row(
                "index_select" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand index = indices(data, size, size);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                            () -> x.ours().indexSelect(dim, index.ours()),
                            "index_select_out",
                            x,
                            dim,
                            index,
                            out);
                });
        row(
                "index_add" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand source = data.normal(F32, size, size);
                    Operand index = indices(data, size, size);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                                    () -> x.ours().indexAdd(dim, index.ours(), source.ours()),
                                    "index_add_out",
                                    x,
                                    dim,
                                    index,
                                    source,
                                    1,
                                    out)
                            .scale(1);
                });
        row(
                "index_fill" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand index = indices(data, size, size / 4);
                    return data.returning(
                            1,
                            () -> x.ours().indexFill(dim, index.ours(), 2),
                            "index_fill_int_Scalar",
                            x,
                            dim,
                            index,
                            2);
                });
    }

    /** An index that writes each element once. */
    private static Operand permutations(Data data, long size, long dim) {
        try (Tensor numbers = Ops.rand(data.device(), F32, size, size)) {
            return data.read(numbers.argsort(dim));
        }
    }

    private void masked(long size) {
        String shape = " f32 " + shape(size, size);
        row(
                "masked_fill" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand mask = data.normal(BOOL, size, size);
                    return data.returning(
                            1,
                            () -> x.ours().maskedFill(mask.ours(), 2),
                            "masked_fill_Scalar",
                            x,
                            mask,
                            2);
                });
        row(
                "masked_select" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand mask = data.normal(BOOL, size, size);
                    return data.returning(
                            1, () -> x.ours().maskedSelect(mask.ours()), "masked_select", x, mask);
                });
        row(
                "masked_scatter" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand source = data.normal(F32, size, size);
                    Operand mask = data.normal(BOOL, size, size);
                    return data.returning(
                            1,
                            () -> x.ours().maskedScatter(mask.ours(), source.ours()),
                            "masked_scatter",
                            x,
                            mask,
                            source);
                });
        row(
                "tril" + shape,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand out = data.result(F32, size, size);
                    return data.pair(
                            () -> Ops.trilOut(out.ours(), x.ours()), "tril_out", x, 0, out);
                });
    }

    private void flat(long size) {
        long count = size * size;
        row(
                "take f32 " + count(count),
                data -> {
                    Operand x = data.normal(F32, count);
                    Operand index = indices(data, count, count);
                    Operand out = data.result(F32, count);
                    return data.pair(() -> x.ours().take(index.ours()), "take_out", x, index, out);
                });
        row(
                "one_hot i64 " + shape(size, 64),
                data -> {
                    Operand x = indices(data, 64, size);
                    return data.returning(1, () -> Ops.oneHot(x.ours(), 64), "one_hot", x, 64);
                });
    }
}
