// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;
import java.util.List;

/** Writes {@code dev.keyway.schema.Schemas}: a constant and an index for each operator. */
final class CatalogueWriter {
    private CatalogueWriter() {}

    static String write(List<Documented> operators) {
        List<OperatorSchema> schemas = operators.stream().map(Documented::schema).toList();
        StringBuilder out = new StringBuilder();
        out.append("// SPDX-License-Identifier: Apache-2.0\npackage dev.keyway.schema;\n\n")
                .append("import java.util.List;\n\n")
                .append("/** The catalogue of operators; generated from the schema files. */\n")
                .append("public final class Schemas {\n    private Schemas() {}\n\n");
        StringBuilder indices = new StringBuilder();
        int index = 0;
        for (OperatorSchema schema : schemas) {
            String name = schema.constantName();
            indices.append("        /** ").append(schema.qualifiedName()).append(" */\n");
            indices.append("        public static final int " + name + " = " + index++ + ";\n");
            out.append("    /** ").append(schema.qualifiedName()).append(" */\n");
            out.append("    public static final OperatorSchema " + name + " =\n");
            out.append("            OperatorSchema.parse(\n                    \"");
            out.append(text(schema)).append("\");\n\n");
        }
        out.append("    /** All, in the order of their indices. */\n");
        out.append("    private static final List<OperatorSchema> CATALOGUE =\n");
        out.append("            List.of(new OperatorSchema[] {\n");
        for (OperatorSchema schema : schemas) {
            out.append("        ").append(schema.constantName()).append(",\n");
        }
        out.append("    });\n\n    /** {@return all, in the order of their indices} */\n");
        out.append(
                "    public static List<OperatorSchema> all() {\n        return CATALOGUE;\n    }\n");
        out.append("\n    /** The position of each operator in {@link #all()}. */\n");
        out.append("    public static final class Index {\n        private Index() {}\n\n");
        return out.append(indices).append("    }\n}\n").toString();
    }

    private static String text(OperatorSchema schema) {
        StringBuilder out = new StringBuilder(schema.qualifiedName()).append('(');
        boolean keywordOnly = false;
        String separator = "";
        for (Argument argument : schema.arguments()) {
            out.append(separator);
            if (argument.keywordOnly() && !keywordOnly) {
                keywordOnly = true;
                out.append("*, ");
            }
            out.append(argument(argument));
            separator = ", ";
        }
        out.append(") -> (");
        for (String name : schema.returnNames()) {
            out.append(schema.returnsList() ? "Tensor[] " : "Tensor ").append(name).append(", ");
        }
        out.setLength(out.length() - 2);
        return out.append(") | ").append(String.join(", ", schema.variants())).toString();
    }

    private static String argument(Argument argument) {
        String type = argument.type().text();
        if (argument.aliased()) {
            type = type.replace("Tensor", argument.mutated() ? "Tensor(a!)" : "Tensor(a)");
        }
        return type
                + (argument.optional() ? "? " : " ")
                + argument.name()
                + (argument.hasDefault() ? "=" + argument.defaultText() : "");
    }
}
