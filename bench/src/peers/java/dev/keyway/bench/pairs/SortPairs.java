// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I32;
import static dev.keyway.DType.I64;

import dev.keyway.DType;
import dev.keyway.Ops;
import java.util.List;

/** Sorting, selecting, searching and counting. */
final class SortPairs extends PairFamily {
    SortPairs() {
        for (DType dtype : List.of(F32, F64, I32, I64)) {
            sort(dtype, 256, 256);
        }
        sort(F32, 1 << 20);
        sort(I64, 1 << 20);
        topk(10, 1 << 20);
        topk(50, 64, 30522);
        topk(5, 1024, 1000);
        for (long[] sizes : new long[][] {{256, 256}, {1 << 20}}) {
            select(sizes);
        }
        search();
        count();
    }

    private void sort(DType dtype, long... sizes) {
        row(
                "sort " + dtype + " " + shape(sizes),
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Operand values = data.result(dtype, sizes);
                    Operand indices = data.result(I64, sizes);
                    return data.pair(
                                    () -> x.ours().sort(-1),
                                    "sort_values",
                                    x,
                                    -1,
                                    false,
                                    values,
                                    indices)
                            .comparing(1);
                });
    }

    private void topk(long k, long... sizes) {
        long[] kept = sizes.clone();
        kept[sizes.length - 1] = k;
        row(
                "topk " + k + " f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand values = data.result(F32, kept);
                    Operand indices = data.result(I64, kept);
                    return data.pair(
                                    () -> x.ours().topk(k),
                                    "topk_values",
                                    x,
                                    k,
                                    -1,
                                    true,
                                    true,
                                    values,
                                    indices)
                            .comparing(1);
                });
    }

    private void select(long... sizes) {
        long rows = sizes.length == 2 ? sizes[0] : 1;
        long last = sizes[sizes.length - 1];
        long[] result = sizes.length == 2 ? new long[] {rows} : new long[0];
        row(
                "kthvalue f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand values = data.result(F32, result);
                    Operand indices = data.result(I64, result);
                    return data.pair(
                                    () -> x.ours().kthvalue(last / 3),
                                    "kthvalue_values",
                                    x,
                                    last / 3,
                                    -1,
                                    false,
                                    values,
                                    indices)
                            .comparing(1);
                });
        row(
                "median f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand values = data.result(F32, result);
                    Operand indices = data.result(I64, result);
                    return data.pair(
                                    () -> x.ours().median(-1),
                                    "median_dim_values",
                                    x,
                                    -1,
                                    false,
                                    values,
                                    indices)
                            .comparing(1);
                });
        row(
                "quantile f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    return data.returning(
                            1,
                            () -> x.ours().quantile(0.3, -1L, false),
                            "quantile_scalar",
                            x,
                            0.3,
                            -1,
                            false,
                            "linear");
                });
        row(
                "mode i64 " + shape(sizes),
                data -> {
                    Operand x = data.integers(I64, 0, 100, sizes);
                    Operand values = data.result(I64, result);
                    Operand indices = data.result(I64, result);
                    return data.pair(
                                    () -> x.ours().mode(-1),
                                    "mode_values",
                                    x,
                                    -1,
                                    false,
                                    values,
                                    indices)
                            .comparing(1);
                });
    }

    private void search() {
        for (long count : new long[] {SMALL, LARGE}) {
            row(
                    "searchsorted f32 1K of " + count(count),
                    data -> {
                        Operand sorted = data.read(data.normal(F32, 1024).ours().sort(0).values());
                        Operand x = data.normal(F32, count);
                        Operand out = data.result(I64, count);
                        return data.pair(
                                () -> Ops.searchsorted(sorted.ours(), x.ours()),
                                "searchsorted_Tensor_out",
                                sorted,
                                x,
                                false,
                                false,
                                null,
                                null,
                                out);
                    });
        }
        row(
                "unique i64 " + count(SMALL),
                data -> {
                    Operand x = data.integers(I64, 0, 1000, SMALL);
                    return data.returning(
                                    3,
                                    () -> x.ours().unique(true, false, false),
                                    "_unique2",
                                    x,
                                    true,
                                    false,
                                    false)
                            .comparing(1);
                });
        row(
                "unique i64 " + count(1 << 20),
                data -> {
                    Operand x = data.integers(I64, 0, 1000, 1 << 20);
                    return data.returning(
                                    3,
                                    () -> x.ours().unique(true, false, false),
                                    "_unique2",
                                    x,
                                    true,
                                    false,
                                    false)
                            .comparing(1);
                });
    }

    private void count() {
        for (long count : new long[] {SMALL, LARGE}) {
            row(
                    "histc f32 100 of " + count(count),
                    data -> {
                        Operand x = data.normal(F32, count);
                        Operand out = data.result(F32, 100);
                        return data.pair(
                                () -> x.ours().histc(100, -3L, 3L),
                                "histc_out",
                                x,
                                100,
                                -3,
                                3,
                                out);
                    });
            row(
                    "bincount i64 1000 of " + count(count),
                    data -> {
                        Operand x = data.integers(I64, 0, 1000, count);
                        return data.returning(1, () -> x.ours().bincount(), "bincount", x, null, 0);
                    });
            row(
                    "nonzero f32 " + count(count),
                    data -> {
                        Operand x = data.read(data.normal(F32, count).ours().relu());
                        return data.returning(1, () -> x.ours().nonzero(), "nonzero", x);
                    });
        }
    }
}
