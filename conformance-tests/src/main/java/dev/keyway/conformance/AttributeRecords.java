// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Attributes;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Scalar;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;

/** Builds the attribute record that an operator takes from arguments by name. */
final class AttributeRecords {
    private AttributeRecords() {}

    static Attributes create(
            OperatorSchema schema,
            Map<String, ? extends @Nullable Object> arguments,
            Device device) {
        List<Argument> attributes = schema.attributeArguments();
        if (attributes.isEmpty()) {
            return Attributes.NONE;
        }
        @Nullable Object[] values = new @Nullable Object[attributes.size()];
        for (int i = 0; i < values.length; i++) {
            Argument attribute = attributes.get(i);
            values[i] = convert(attribute, arguments.get(attribute.name()), device);
        }
        try {
            Constructor<?> constructor = recordOf(schema).getDeclaredConstructors()[0];
            return (Attributes) constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no attribute record for " + schema, e);
        }
    }

    /**
     * {@code add.Tensor} has AddTensorAttributes, {@code _to_dtype} has ToDtypeAttributes. An
     * operator with a namespace takes the record of the one without.
     */
    private static Class<?> recordOf(OperatorSchema schema) throws ClassNotFoundException {
        StringBuilder name = new StringBuilder("dev.keyway.attributes.");
        String plain = schema.qualifiedName().replaceFirst("^.*::", "");
        for (String word : plain.split("[._]+", -1)) {
            if (!word.isEmpty()) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return Class.forName(name + "Attributes");
    }

    private static @Nullable Object convert(
            Argument attribute, @Nullable Object value, Device device) {
        return switch (attribute.type()) {
            case DEVICE -> value == null ? device : value;
            case SCALAR -> value == null ? null : scalar(value);
            case FLOAT -> value instanceof Number number ? (Object) number.doubleValue() : null;
            case DTYPE -> value == null ? null : ElementTypes.dtype((ElementType) value);
            case GENERATOR -> value == null ? null : generator((long[]) value);
            case INT_LIST -> value instanceof long[] list ? list.clone() : value;
            case INT, BOOL, STRING, TENSOR, TENSOR_LIST, OPTIONAL_TENSOR_LIST -> value;
        };
    }

    private static Scalar scalar(Object value) {
        return switch (value) {
            case Boolean flag -> Scalar.of((boolean) flag);
            case Double real -> Scalar.of((double) real);
            case Long integer -> Scalar.of((long) integer);
            default -> throw new IllegalArgumentException(value + " is no scalar");
        };
    }

    private static Generator generator(long[] state) {
        Generator generator = new Generator(state[0]);
        generator.setState(state[0], state[1]);
        return generator;
    }
}
