// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.OperatorName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Where libtorch's schemas have an operator in place or with {@code out}, ours has that form, too;
 * the exceptions stand in a file, each with its reason.
 */
@Tag("libtorch")
class LibtorchFormsTest {
    @Test
    void operatorsHaveTheFormsThatLibtorchHas() {
        Exceptions exceptions = Exceptions.read("forms.txt");
        List<String> different = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        int both = 0;
        for (OperatorSchema schema : Schemas.all()) {
            for (String form : List.of("inplace", "out")) {
                boolean theirs = form.equals("out") ? hasOut(schema) : hasInPlace(schema);
                boolean ours = schema.variants().contains(form);
                both += theirs && ours ? 1 : 0;
                String line = schema.qualifiedName() + " " + form + " missing";
                if (theirs && !ours) {
                    seen.add(line);
                    if (!exceptions.has(line)) {
                        different.add(line);
                    }
                }
            }
        }
        System.out.printf(
                "libtorch has %d in-place and out forms of ours, and %d further ones%n",
                both, seen.size());
        assertEquals("", String.join("\n", different), "without a reason in forms.txt");
        assertEquals(List.of(), exceptions.unused(seen), "reasons for what is no exception");
    }

    private static String libtorchs(OperatorSchema schema) {
        LibtorchTable.Call call = LibtorchTable.all().call(schema.qualifiedName());
        return call == null ? schema.qualifiedName() : call.name();
    }

    private static String base(OperatorSchema schema) {
        String name = libtorchs(schema);
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String overload(OperatorSchema schema) {
        String name = libtorchs(schema);
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    private static boolean hasInPlace(OperatorSchema schema) {
        return exists(base(schema) + "_", overload(schema));
    }

    /**
     * The overloads {@code X_out} and, of an operator that has one overload with out, {@code out}.
     */
    private static boolean hasOut(OperatorSchema schema) {
        String overload = overload(schema);
        String base = base(schema);
        if (overload.isEmpty()) {
            return exists(base, "out") || exists(base, "values");
        }
        return exists(base, overload + "_out")
                || exists(base, overload + "_values")
                || overload.startsWith("Tensor") && exists(base, "out");
    }

    private static boolean exists(String name, String overload) {
        try (OperatorName found = new OperatorName("aten::" + name, overload)) {
            return Dispatcher.singleton().findSchema(found).has_value();
        }
    }
}
