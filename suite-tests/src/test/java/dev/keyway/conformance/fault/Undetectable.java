// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.FaultKind;
import dev.keyway.conformance.sample.OperatorSamples;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Why a fault can't show for an operator and dtype. What is not listed here must fail a case. */
final class Undetectable {
    private static final String VIEW = "a view runs no kernel";
    private static final String NO_INPUT = "its kernels have no input to return or to misread";
    private static final String ZERO = "zero is the right answer";
    private static final String COPY = "the input's elements are the right answer";
    private static final String FALSE = "false is the right answer";

    /**
     * @param operators qualified names
     * @param types where the reason holds; empty means all
     * @param reason in words
     */
    private record Rule(List<String> operators, List<ElementType> types, String reason) {
        boolean covers(String operator, ElementType type) {
            return operators.contains(operator) && (types.isEmpty() || types.contains(type));
        }
    }

    private static final List<ElementType> INTEGERS = List.of(ElementType.I32, ElementType.I64);

    /** All samples are dense, so that not even reading a strided result back runs a kernel. */
    private static final Rule DENSE_VIEWS = new Rule(List.of("view", "squeeze"), List.of(), VIEW);

    private static final Rule FACTORIES =
            new Rule(List.of("zeros", "ones", "full", "fill"), List.of(), NO_INPUT);

    /** In f16 and bf16 a further kernel makes the numbers narrow. */
    private static final Rule DRAWS =
            new Rule(
                    List.of("arange", "rand", "randn", "randint", "bernoulli.p"),
                    Arrays.stream(ElementType.values())
                            .filter(t -> t != ElementType.F16 && t != ElementType.BF16)
                            .toList(),
                    NO_INPUT);

    private static final Map<Fault, List<Rule>> RULES =
            Map.of(
                    Fault.ZEROS,
                    List.of(DENSE_VIEWS, new Rule(List.of("zeros", "zero"), List.of(), ZERO)),
                    Fault.INPUT,
                    List.of(
                            DENSE_VIEWS,
                            FACTORIES,
                            DRAWS,
                            new Rule(
                                    List.of("zero", "zeros_like", "ones_like", "full_like"),
                                    List.of(),
                                    NO_INPUT),
                            new Rule(
                                    List.of(
                                            "as_strided",
                                            "detach",
                                            "expand",
                                            "flatten",
                                            "narrow",
                                            "permute",
                                            "reshape",
                                            "select",
                                            "slice",
                                            "t",
                                            "transpose",
                                            "unsqueeze"),
                                    List.of(),
                                    VIEW),
                            new Rule(List.of("clone", "contiguous"), List.of(), COPY),
                            new Rule(List.of("stack"), List.of(), COPY),
                            new Rule(
                                    List.of("cat"),
                                    List.of(
                                            ElementType.BOOL,
                                            ElementType.U8,
                                            ElementType.I8,
                                            ElementType.I16,
                                            ElementType.I32,
                                            ElementType.F16,
                                            ElementType.BF16),
                                    COPY),
                            new Rule(List.of("floor", "ceil", "round"), INTEGERS, COPY)),
                    Fault.DROP_LAST,
                    List.of(
                            DENSE_VIEWS,
                            new Rule(List.of("zeros", "zero"), List.of(ElementType.BOOL), FALSE)),
                    Fault.STRIDES,
                    List.of(
                            DENSE_VIEWS,
                            FACTORIES,
                            new Rule(
                                    List.of("arange", "rand", "randn", "randint", "bernoulli.p"),
                                    List.of(),
                                    NO_INPUT)));

    private Undetectable() {}

    /** The reason, null when the fault must show. */
    static @Nullable String reason(Fault fault, OperatorSamples samples, ElementType type) {
        String given = samples.unseenBecause(FaultKind.valueOf(fault.name()), type);
        return given != null ? given : rule(fault, samples.operator(), type);
    }

    private static @Nullable String rule(Fault fault, String operator, ElementType type) {
        return RULES.getOrDefault(fault, List.of()).stream()
                .filter(rule -> rule.covers(operator, type))
                .map(Rule::reason)
                .findFirst()
                .orElse(null);
    }
}
