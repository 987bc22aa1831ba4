// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I64;

import dev.keyway.DType;
import java.util.List;

/** Running sums, products and extremes. */
final class ScanPairs extends PairFamily {
    ScanPairs() {
        for (long size : new long[] {256, 2048}) {
            for (long dim = 0; dim < 2; dim++) {
                for (DType dtype : size == 256 ? List.of(F32, F64, I64) : List.of(F32)) {
                    along(dtype, dim, size, size);
                }
            }
        }
        along(F32, 0, LARGE);
    }

    private void along(DType dtype, long dim, long... sizes) {
        String shape = " " + dtype + " " + shape(sizes) + " dim " + dim;
        double size = Math.sqrt(sizes[(int) dim]);
        row(
                "cumsum" + shape,
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Operand out = data.result(dtype, sizes);
                    return data.pair(() -> x.ours().cumsum(dim), "cumsum_out", x, dim, null, out)
                            .scale(4 * size);
                });
        row(
                "cumprod" + shape,
                data -> {
                    Operand x =
                            dtype == I64
                                    ? data.integers(dtype, 1, 2, sizes)
                                    : data.uniform(dtype, 0.99, 1.01, sizes);
                    Operand out = data.result(dtype, sizes);
                    return data.pair(() -> x.ours().cumprod(dim), "cumprod_out", x, dim, null, out)
                            .scale(10 * size);
                });
        row(
                "cummax" + shape,
                data -> {
                    Operand x = data.normal(dtype, sizes);
                    Operand values = data.result(dtype, sizes);
                    Operand indices = data.result(I64, sizes);
                    return data.pair(
                                    () -> x.ours().cummax(dim),
                                    "cummax_out",
                                    x,
                                    dim,
                                    values,
                                    indices)
                            .comparing(1);
                });
        if (dtype.isFloating()) {
            row(
                    "logcumsumexp" + shape,
                    data -> {
                        Operand x = data.normal(dtype, sizes);
                        Operand out = data.result(dtype, sizes);
                        return data.pair(
                                        () -> x.ours().logcumsumexp(dim),
                                        "logcumsumexp_out",
                                        x,
                                        dim,
                                        out)
                                .within(dtype == F32 ? 1e-4 : 1e-12)
                                .scale(1);
                    });
        }
    }
}
