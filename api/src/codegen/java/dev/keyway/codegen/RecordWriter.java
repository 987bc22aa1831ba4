// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.Names;
import dev.keyway.schema.OperatorSchema;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the attribute record and the result record of an operator. */
final class RecordWriter {
    private static final String IMPORTS =
            "import dev.keyway.*;\nimport org.jspecify.annotations.Nullable;\n\n";

    private RecordWriter() {}

    static String attributesName(OperatorSchema schema) {
        return base(schema) + "Attributes";
    }

    static String resultName(OperatorSchema schema) {
        return base(schema) + "Result";
    }

    private static String base(OperatorSchema schema) {
        String name = schema.name().replaceFirst("^_", "");
        return Names.typeName(name) + Names.typeName(schema.overload());
    }

    static String attributes(Documented operator, DocWriter docs) {
        OperatorSchema schema = operator.schema();
        List<Argument> arguments = schema.attributeArguments();
        String name = attributesName(schema);
        StringBuilder out = new StringBuilder("package dev.keyway.attributes;\n\n").append(IMPORTS);
        out.append("/**\n * Attributes of {@code ")
                .append(schema.qualifiedName())
                .append("}.\n *\n * <p>")
                .append(docs.text(operator, " * "))
                .append(" *\n");
        for (Argument argument : arguments) {
            String javaName = argument.javaName();
            out.append(" * @param ").append(javaName).append(' ');
            out.append(docs.argument(operator, argument)).append('\n');
        }
        out.append(" */\n@SuppressWarnings(\"ArrayRecordComponent\")\npublic record ").append(name);
        out.append(
                arguments.stream()
                        .map(a -> Types.java(a) + " " + a.javaName())
                        .collect(Collectors.joining(", ", "(", ")")));
        out.append(" implements Attributes {\n");
        if (arguments.stream().allMatch(Argument::hasDefault)) {
            out.append("    /** All defaults. */\n    public static final ").append(name);
            out.append(" DEFAULT = new ").append(name);
            out.append(
                    arguments.stream()
                            .map(Types::defaultValue)
                            .collect(Collectors.joining(", ", "(", ");\n")));
        }
        return out.append("}\n").toString();
    }

    static String result(Documented operator, DocWriter docs) {
        OperatorSchema schema = operator.schema();
        List<String> names = schema.returnNames().stream().map(Names::camelCase).toList();
        StringBuilder out = new StringBuilder("package dev.keyway.results;\n\n").append(IMPORTS);
        out.append("/**\n * Results of {@code ")
                .append(schema.qualifiedName())
                .append("}.\n *\n * <p>");
        out.append(docs.text(operator, " * ")).append(" *\n");
        for (String name : schema.returnNames()) {
            out.append(" * @param ").append(Names.camelCase(name)).append(' ');
            out.append(docs.result(operator, name)).append('\n');
        }
        out.append(" */\npublic record ").append(resultName(schema));
        out.append(
                names.stream().map(n -> "Tensor " + n).collect(Collectors.joining(", ", "(", ")")));
        out.append(" implements AutoCloseable {\n    /** Closes all. */\n    @Override\n");
        out.append("    public void close() {\n");
        names.forEach(n -> out.append("        ").append(n).append(".close();\n"));
        return out.append("    }\n}\n").toString();
    }
}
