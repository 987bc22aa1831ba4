// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Scalar;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.schema.Argument;
import dev.keyway.schema.ArgumentType;
import dev.keyway.schema.OperatorSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inside fuse, each pointwise operator gives the bits and the errors that it gives outside. */
class FusedBitsTest {
    private static final Keyway KEYWAY = Keyway.builder().threads(2).open();
    private static final Device CPU = KEYWAY.device("cpu");

    @AfterAll
    static void close() {
        KEYWAY.close();
    }

    /** The operators of which at least one call was computed in a chain. */
    private final Set<String> fused = new HashSet<>();

    private final Observer observer =
            new Observer() {
                @Override
                public void before(Operator operator, Device device, DType computeDType) {}

                @Override
                public void after(Operator operator, Device device, DType computeDType) {}

                @Override
                public void fused(List<Operator> operators, Device device) {
                    operators.forEach(o -> fused.add(o.schema().qualifiedName()));
                }
            };

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "F16", "BF16", "I32", "I64", "BOOL"})
    void ofEveryPointwiseOperator(DType dtype) {
        try (Scope _ = KEYWAY.observe(observer);
                Numbers numbers = new Numbers(CPU, 3)) {
            for (Operator operator : KEYWAY.operators()) {
                if (isPointwise(operator)) {
                    for (int form = 0; form < Numbers.FORMS; form++) {
                        check(operator, numbers, dtype, form);
                    }
                }
            }
        }
        int least =
                switch (dtype) {
                    case F32, F64, F16, BF16 -> 60;
                    case I32, I64 -> 30;
                    default -> 15;
                };
        assertTrue(fused.size() >= least, () -> fused.size() + " operators: " + fused);
    }

    private static boolean isPointwise(Operator operator) {
        OperatorSchema schema = operator.schema();
        boolean ours = operator.definition().lowering() != null || isWhole(schema.qualifiedName());
        return ours
                && schema.tensorArguments().stream().noneMatch(a -> a.type().isTensorList())
                && schema.attributeArguments().stream()
                        .allMatch(a -> a.type() == ArgumentType.SCALAR);
    }

    /** Operators that the CPU has a kernel of its own for. */
    private static boolean isWhole(String name) {
        return Stream.of(
                        "leaky_relu",
                        "elu",
                        "hardtanh",
                        "silu_backward",
                        "sigmoid_backward",
                        "tanh_backward",
                        "threshold_backward",
                        "addcmul",
                        "addcdiv",
                        "lerp.Scalar",
                        "isfinite",
                        "square",
                        "frac",
                        "mish",
                        "clamp",
                        "hardsigmoid",
                        "hardswish",
                        "log_sigmoid",
                        "softplus")
                .anyMatch(name::equals);
    }

    private static void check(Operator operator, Numbers numbers, DType dtype, int form) {
        List<Argument> arguments = operator.schema().tensorArguments();
        @Nullable Tensor[] tensors = new @Nullable Tensor[arguments.size()];
        boolean where = operator.schema().qualifiedName().startsWith("where");
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = numbers.tensor(where && i == 0 ? DType.BOOL : dtype, form, i);
        }
        for (long number : new long[] {1, 2}) {
            Attributes attributes = attributes(operator.schema(), number);
            String what = operator.schema().qualifiedName() + " " + dtype + " form " + form;
            Supplier<Tensor> call = () -> operator.callBoxed(attributes, tensors)[0];
            Object plain = bits(call);
            Object together = bits(() -> KEYWAY.fuse(call));
            if (plain instanceof long[] expected && together instanceof long[] actual) {
                assertArrayEquals(expected, actual, what);
            } else {
                assertEquals(plain, together, what);
            }
        }
    }

    /** The elements' bits, or the error's message. */
    private static Object bits(Supplier<Tensor> call) {
        try (Tensor result = call.get()) {
            return Numbers.bits(result);
        } catch (KeywayException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Attributes attributes(OperatorSchema schema, long number) {
        List<Argument> given = schema.attributeArguments();
        if (given.isEmpty()) {
            return Attributes.NONE;
        }
        StringBuilder name = new StringBuilder("dev.keyway.attributes.");
        for (String word : schema.qualifiedName().split("[._]+", -1)) {
            if (!word.isEmpty()) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        try {
            Object[] values = given.stream().map(_ -> Scalar.of(number)).toArray();
            Class<?> type = Class.forName(name + "Attributes");
            return (Attributes) type.getDeclaredConstructors()[0].newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(schema.toString(), e);
        }
    }

    @Test
    void ofChainsOfMixedDtypesAndShapes() {
        chains(40, Numbers.ROWS);
    }

    /** So many elements that the CPU computes some by loops made for the chain. */
    @Test
    void ofLongChainsOfMixedDtypesAndShapes() {
        chains(15, 1037);
    }

    private void chains(int count, int rows) {
        try (Scope _ = KEYWAY.observe(observer)) {
            for (long seed = 0; seed < count; seed++) {
                try (Numbers numbers = new Numbers(CPU, seed, rows)) {
                    long number = seed;
                    Supplier<Tensor> chain = () -> numbers.chain(number);
                    try (Tensor plain = chain.get();
                            Tensor together = KEYWAY.fuse(chain)) {
                        assertEquals(plain.dtype(), together.dtype());
                        assertArrayEquals(
                                Numbers.bits(plain), Numbers.bits(together), "seed " + seed);
                    }
                }
            }
        }
        assertTrue(fused.size() > 10, fused::toString);
    }
}
