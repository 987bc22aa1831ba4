// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

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
