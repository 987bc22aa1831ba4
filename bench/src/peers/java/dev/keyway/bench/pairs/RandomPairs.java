// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I64;

import dev.keyway.DType;
import dev.keyway.Ops;
import java.util.List;

/** Random numbers, written into a tensor that is there where both sides can. */
final class RandomPairs extends PairFamily {
    RandomPairs() {
        for (DType dtype : List.of(F32, F64)) {
            for (long count : new long[] {SMALL, LARGE}) {
                if (dtype == F32 || count == SMALL) {
                    fills(dtype, count);
                }
            }
        }
        for (long count : new long[] {SMALL, LARGE}) {
            row(
                    "random_ i64 " + count(count),
                    data -> {
                        Operand out = data.result(I64, count);
                        return data.pair(
                                        () -> out.ours().random_(0, 1000),
                                        "random__from",
                                        out,
                                        0,
                                        1000,
                                        null)
                                .random();
                    });
            row(
                    "dropout f32 " + count(count),
                    data -> {
                        Operand x = data.normal(F32, count);
                        return data.returning(
                                        2,
                                        () -> Ops.dropout(x.ours(), 0.5, true),
                                        "native_dropout",
                                        x,
                                        0.5,
                                        true)
                                .random();
                    });
        }
        row(
                "randperm i64 " + count(1 << 20),
                data -> {
                    Operand out = data.result(I64, 1 << 20);
                    return data.pair(
                                    () -> dev.keyway.Ops.randperm(data.device(), I64, 1 << 20),
                                    "randperm_out",
                                    1 << 20,
                                    out)
                            .random();
                });
        row(
                "multinomial f32 1K of 64x1000",
                data -> {
                    Operand x = data.uniform(F32, 0.1, 1, 64, 1000);
                    Operand out = data.result(I64, 64, 1024);
                    return data.pair(
                                    () -> x.ours().multinomial(1024, true),
                                    "multinomial_out",
                                    x,
                                    1024,
                                    true,
                                    null,
                                    out)
                            .random();
                });
    }

    private void fills(DType dtype, long count) {
        String shape = " " + dtype + " " + count(count);
        row(
                "uniform_" + shape,
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(
                                    () -> out.ours().uniform_(0, 1),
                                    "uniform_",
                                    out,
                                    0.0,
                                    1.0,
                                    null)
                            .random();
                });
        row(
                "normal_" + shape,
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(() -> out.ours().normal_(0, 1), "normal_", out, 0.0, 1.0, null)
                            .random();
                });
        row(
                "bernoulli_" + shape,
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(
                                    () -> out.ours().bernoulli_(0.3),
                                    "bernoulli__float",
                                    out,
                                    0.3,
                                    null)
                            .random();
                });
        row(
                "exponential_" + shape,
                data -> {
                    Operand out = data.result(dtype, count);
                    return data.pair(
                                    () -> out.ours().exponential_(2),
                                    "exponential_",
                                    out,
                                    2.0,
                                    null)
                            .random();
                });
    }
}
