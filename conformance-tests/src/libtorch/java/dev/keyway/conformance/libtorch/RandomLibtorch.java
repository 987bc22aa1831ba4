// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static dev.keyway.conformance.libtorch.LibtorchTable.NONE;

import com.google.auto.service.AutoService;

import java.util.List;

/** Random numbers: which types libtorch draws; its numbers are its own generator's. */
@AutoService(LibtorchFamily.class)
public final class RandomLibtorch implements LibtorchFamily {
    /** For {@code ServiceLoader}. */
    public RandomLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        for (String name : List.of("rand_like", "randn_like")) {
            table.same(name, name, "self", NONE, NONE, NONE, NONE, NONE);
        }
        table.same(
                "randint_like",
                "randint_like.low_dtype",
                "self",
                "low",
                "high",
                NONE,
                NONE,
                NONE,
                NONE,
                NONE);
        for (String name : List.of("rand", "randn")) {
            table.same(name, name, "size", "dtype", NONE, NONE, NONE);
        }
        table.same("randint", "randint.low", "low", "high", "size", "dtype", NONE, NONE, NONE);
        table.same("randperm", "randperm", "n", "dtype", NONE, NONE, NONE);
        table.same("random.from", "random.from", "self", "from", "to", NONE);
        table.same("uniform", "uniform", "self", "from", "to", NONE);
        table.same("normal", "normal_functional", "self", "mean", "std", NONE);
        table.same("exponential", "exponential", "self", "lambd", NONE);
        table.same("bernoulli", "bernoulli", "self", NONE);
        table.same("bernoulli.p", "bernoulli.p", "self", "p", NONE);
        table.same("multinomial", "multinomial", "self", "num_samples", "replacement", NONE);
        for (String name :
                List.of("normal.Tensor_float", "normal.float_Tensor", "normal.Tensor_Tensor")) {
            table.same(name, name, "mean", "std", NONE);
        }
        for (String name :
                List.of("dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout")) {
            table.same(name, name, "input", "p", "train");
        }
    }
}
