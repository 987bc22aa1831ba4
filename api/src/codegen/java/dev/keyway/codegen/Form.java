// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.ArgumentType;
import dev.keyway.schema.OperatorSchema;
import java.util.ArrayList;
import java.util.List;

/** The forms in which the facade offers an operator. */
enum Form {
    FUNCTION,
    INPLACE,
    OUT,
    METHOD,
    METHOD_INPLACE;

    boolean isMethod() {
        return this == METHOD || this == METHOD_INPLACE;
    }

    /** Whether a factory takes the argument, dtype or device, from its {@code out} tensor. */
    boolean isGivenByOut(OperatorSchema schema, Argument argument) {
        boolean factory =
                schema.arguments().stream().anyMatch(a -> a.type() == ArgumentType.DEVICE);
        boolean made =
                argument.type() == ArgumentType.DTYPE || argument.type() == ArgumentType.DEVICE;
        return this == OUT && factory && made;
    }

    boolean isInPlace() {
        return this == INPLACE || this == METHOD_INPLACE;
    }

    static List<Form> of(OperatorSchema schema) {
        List<Form> forms = new ArrayList<>();
        if (schema.has("function")) {
            forms.add(FUNCTION);
        }
        if (schema.has("method")) {
            forms.add(METHOD);
        }
        if (schema.has("inplace")) {
            forms.add(INPLACE);
            forms.add(METHOD_INPLACE);
        }
        if (schema.has("out")) {
            forms.add(OUT);
        }
        return forms;
    }
}
