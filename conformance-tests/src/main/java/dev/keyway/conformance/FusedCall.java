// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Attributes;
import dev.keyway.Operator;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Profile;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;
import dev.keyway.schema.Argument;
import dev.keyway.schema.ArgumentType;
import dev.keyway.schema.OperatorSchema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A pointwise operator with its numbers, for tensors of any shape.
 *
 * @param operator the operator
 * @param attributes the arguments that are no tensors
 * @param types of the tensor arguments
 */
record FusedCall(Operator operator, Attributes attributes, List<ElementType> types) {
    /** With other arguments than these an operator is not pointwise. */
    private static final Set<ArgumentType> NUMBERS =
            Set.of(ArgumentType.SCALAR, ArgumentType.FLOAT, ArgumentType.STRING);

    /** Of each operator that may be put off in this type, with the numbers of up to two cases. */
    static List<FusedCall> all(Workbench bench, Profile profile, long seed, ElementType type) {
        List<FusedCall> calls = new ArrayList<>();
        for (OperatorSamples samples : Samples.all().values()) {
            boolean wanted = profile.includes(samples.profile()) && samples.types().contains(type);
            if (wanted && mayBePointwise(bench.keyway().operator(samples.operator()).schema())) {
                List<FusedCall> some = new ArrayList<>();
                samples.samples(seed, type).forEach(sample -> add(some, bench, sample));
                calls.addAll(some);
            }
        }
        return calls;
    }

    private static boolean mayBePointwise(OperatorSchema schema) {
        return schema.returns() == 1
                && !schema.returnsList()
                && schema.has("function")
                && !schema.tensorArguments().isEmpty()
                && schema.tensorArguments().size() <= 3
                && schema.tensorArguments().stream()
                        .noneMatch(a -> a.type().isTensorList() || a.aliased() || a.mutated())
                && schema.attributeArguments().stream()
                        .map(Argument::type)
                        .allMatch(NUMBERS::contains);
    }

    private static void add(List<FusedCall> calls, Workbench bench, Sample sample) {
        Operator operator = bench.keyway().operator(sample.operator());
        List<ElementType> types = new ArrayList<>();
        for (Argument argument : operator.schema().tensorArguments()) {
            if (!(sample.arguments().get(argument.name()) instanceof Input input)) {
                return;
            }
            types.add(input.array().type());
        }
        Attributes attributes =
                AttributeRecords.create(operator.schema(), sample.arguments(), bench.device());
        FusedCall call = new FusedCall(operator, attributes, types);
        if (calls.size() < 2 && !calls.contains(call)) {
            calls.add(call);
        }
    }

    /** Whether a primitive computes it. */
    boolean isLowered() {
        return operator.definition().lowering() != null;
    }

    String name() {
        return operator.schema().qualifiedName();
    }

    /** The result. */
    Tensor run(List<Tensor> tensors) {
        return Objects.requireNonNull(
                operator.callBoxed(attributes, tensors.toArray(new Tensor[0]))[0]);
    }
}
