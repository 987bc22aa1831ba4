// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.sample.Sample;

import java.util.List;
import java.util.Map;

/**
 * Where libtorch can't confirm an oracle, with the reason. Whole operators, or single kinds of
 * cases.
 */
final class LibtorchExceptions {
    /** Operators that are not compared at all. */
    static final Map<String, String> OPERATORS =
            Map.of(
                    "rand", "libtorch's generator is a Mersenne twister on the CPU",
                    "randn", "libtorch's generator is a Mersenne twister on the CPU",
                    "randint", "libtorch's generator is a Mersenne twister on the CPU",
                    "bernoulli", "libtorch's generator is a Mersenne twister on the CPU",
                    "dropout", "libtorch's generator is a Mersenne twister on the CPU");

    /**
     * A kind of case.
     *
     * @param operator the operator's qualified name, or a prefix that ends with *
     * @param type the element type, or * for all
     * @param label the case's label
     * @param reason why libtorch differs
     */
    record KindOfCase(String operator, String type, String label, String reason) {
        boolean matches(Sample sample) {
            boolean named =
                    operator.endsWith("*")
                            ? sample.operator()
                                    .startsWith(operator.substring(0, operator.length() - 1))
                            : sample.operator().equals(operator);
            return named
                    && (type.equals("*") || sample.id().type().toString().equals(type))
                    && sample.label().equals(label);
        }
    }

    /** Kinds of cases that are not compared. */
    static final List<KindOfCase> CASES =
            List.of(
                    saturates("f16"),
                    saturates("bf16"),
                    saturates("f32"),
                    saturates("f64"),
                    new KindOfCase(
                            "remainder.Tensor",
                            "*",
                            "extremes",
                            "libtorch's vectorized fmod gives NaN for quotients beyond its range"));

    private static KindOfCase saturates(String type) {
        return new KindOfCase(
                "_to_dtype",
                type,
                "extremes to integer",
                "floats beyond the integer's range saturate here; in C++ that is undefined");
    }

    private LibtorchExceptions() {}

    /** Whether the sample is excepted. */
    static boolean covers(Sample sample) {
        return OPERATORS.containsKey(sample.operator())
                || CASES.stream().anyMatch(kind -> kind.matches(sample));
    }
}
