// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.ArgumentType;
import dev.keyway.schema.OperatorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Writes {@code Ops} (static functions) and {@code TensorMethods} (fluent methods). */
final class FacadeWriter {
    private static final String HEADER =
            """
            // SPDX-License-Identifier: Apache-2.0
            package dev.keyway;

            import dev.keyway.attributes.*;
            import dev.keyway.results.*;
            import dev.keyway.schema.Schemas;
            import java.util.List;
            import org.jspecify.annotations.Nullable;

            """;

    private FacadeWriter() {}

    static String functions(List<OperatorSchema> schemas) {
        StringBuilder out = new StringBuilder(HEADER);
        out.append(
                "/**\n * The operators as functions; generated from the schema catalogue.\n *\n");
        out.append(DocWriter.CONTRACT);
        out.append("public final class Ops {\n    private Ops() {}\n");
        for (OperatorSchema schema : schemas) {
            for (Form form : Form.of(schema)) {
                if (form != Form.METHOD && form != Form.METHOD_INPLACE) {
                    signatures(schema, form).forEach(s -> out.append('\n').append(s));
                }
            }
        }
        return out.append("}\n").toString();
    }

    static String methods(List<OperatorSchema> schemas) {
        StringBuilder out = new StringBuilder(HEADER);
        out.append(
                "/**\n * The operators as methods of a tensor; generated from the catalogue.\n *\n");
        out.append(DocWriter.CONTRACT);
        out.append(
                "@org.osgi.annotation.versioning.ProviderType\n"
                        + "public abstract class TensorMethods {\n    TensorMethods() {}\n\n");
        out.append("    private Tensor self() {\n        return (Tensor) this;\n    }\n");
        for (OperatorSchema schema : schemas) {
            for (Form form : Form.of(schema)) {
                if (form == Form.METHOD || form == Form.METHOD_INPLACE) {
                    signatures(schema, form).forEach(s -> out.append('\n').append(s));
                }
            }
        }
        return out.append("}\n").toString();
    }

    /** The overloads of one form: with each prefix of the defaulted arguments, each scalar type. */
    private static Set<String> signatures(OperatorSchema schema, Form form) {
        Set<String> texts = new LinkedHashSet<>();
        for (List<Argument> given : prefixes(schema)) {
            boolean scalars = given.stream().anyMatch(a -> a.type() == ArgumentType.SCALAR);
            List<String> types = scalars ? List.of("Scalar", "double", "long") : List.of("Scalar");
            for (String scalarType : types) {
                texts.add(new MethodWriter(schema, form, order(given), scalarType).write());
            }
        }
        return texts;
    }

    private static List<List<Argument>> prefixes(OperatorSchema schema) {
        List<Argument> required = new ArrayList<>();
        List<Argument> positional = new ArrayList<>();
        List<Argument> keyword = new ArrayList<>();
        for (Argument argument : schema.arguments()) {
            if (!argument.hasDefault()) {
                required.add(argument);
            } else if (argument.keywordOnly()) {
                keyword.add(argument);
            } else {
                positional.add(argument);
            }
        }
        List<List<Argument>> prefixes = new ArrayList<>();
        for (int n = 0; n <= positional.size(); n++) {
            prefixes.add(pick(schema, required, positional.subList(0, n), List.of()));
        }
        if (!keyword.isEmpty()) {
            prefixes.add(pick(schema, required, positional, keyword));
        }
        return prefixes;
    }

    private static List<Argument> pick(
            OperatorSchema schema, List<Argument> a, List<Argument> b, List<Argument> c) {
        return schema.arguments().stream()
                .filter(x -> a.contains(x) || b.contains(x) || c.contains(x))
                .toList();
    }

    /**
     * Factories take device and dtype first and the size last, so that it can be a variable list.
     */
    private static List<Argument> order(List<Argument> given) {
        if (given.stream().noneMatch(a -> a.type() == ArgumentType.DEVICE)
                || given.stream().anyMatch(a -> a.type() == ArgumentType.TENSOR)) {
            return given;
        }
        List<Argument> ordered = new ArrayList<>(given);
        Collections.reverse(ordered);
        ordered.sort(java.util.Comparator.comparingInt(FacadeWriter::rank));
        List<Argument> tail = new ArrayList<>();
        given.stream().filter(a -> rank(a) == 3).forEach(tail::add);
        ordered.removeIf(a -> rank(a) == 3);
        int end = ordered.size();
        while (end > 0 && rank(ordered.get(end - 1)) > 3) {
            end--;
        }
        ordered.addAll(end, tail);
        return ordered;
    }

    private static int rank(Argument argument) {
        return switch (argument.type()) {
            case DEVICE -> 0;
            case DTYPE -> 1;
            case GENERATOR -> 2;
            case INT_LIST -> 4;
            default -> 3;
        };
    }
}
