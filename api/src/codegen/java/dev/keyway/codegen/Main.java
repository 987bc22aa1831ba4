// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.OperatorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Generates the facade, fluent methods, attribute records and catalogue from the schema files. */
public final class Main {
    private Main() {}

    /**
     * Arguments: the folder of the schema files and of the dictionary, the folder to write to.
     *
     * @throws IllegalArgumentException naming operator and file where a signature is not well
     *     formed or documentation is missing
     */
    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[1]).resolve("dev/keyway");
        Path schemas = Path.of(arguments[0]);
        List<Documented> operators = SchemaFiles.read(schemas);
        Dictionary dictionary = Dictionary.read(schemas);
        dictionary.check(operators);
        DocWriter docs = new DocWriter(dictionary);
        FacadeWriter facade = new FacadeWriter(operators, docs);
        write(target.resolve("schema/Schemas.java"), CatalogueWriter.write(operators));
        write(target.resolve("Ops.java"), facade.functions());
        write(target.resolve("TensorMethods.java"), facade.methods());
        for (Documented operator : operators) {
            OperatorSchema schema = operator.schema();
            if (!schema.attributeArguments().isEmpty()) {
                String name = RecordWriter.attributesName(schema);
                write(
                        target.resolve("attributes/" + name + ".java"),
                        RecordWriter.attributes(operator, docs));
            }
            if (schema.returns() > 1) {
                String name = RecordWriter.resultName(schema);
                write(
                        target.resolve("results/" + name + ".java"),
                        RecordWriter.result(operator, docs));
            }
        }
        write(
                target.resolve("attributes/package-info.java"),
                packageInfo("dev.keyway.attributes", "The operators' attribute records."));
        write(
                target.resolve("results/package-info.java"),
                packageInfo("dev.keyway.results", "Results of operators that return several."));
    }

    private static String packageInfo(String name, String text) {
        return "/** " + text + " */\n@org.jspecify.annotations.NullMarked\npackage " + name + ";\n";
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }
}
