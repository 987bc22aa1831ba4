// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.OperatorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Generates the facade, fluent methods, attribute records and catalogue from the schema files. */
public final class Main {
    private Main() {}

    /** Arguments: the folder of the schema files, the folder to write to. */
    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[1]).resolve("dev/keyway");
        List<OperatorSchema> schemas = read(Path.of(arguments[0]));
        write(target.resolve("schema/Schemas.java"), CatalogueWriter.write(schemas));
        write(target.resolve("Ops.java"), FacadeWriter.functions(schemas));
        write(target.resolve("TensorMethods.java"), FacadeWriter.methods(schemas));
        for (OperatorSchema schema : schemas) {
            if (!schema.attributeArguments().isEmpty()) {
                String name = RecordWriter.attributesName(schema);
                write(
                        target.resolve("attributes/" + name + ".java"),
                        RecordWriter.attributes(schema));
            }
            if (schema.returns() > 1) {
                String name = RecordWriter.resultName(schema);
                write(target.resolve("results/" + name + ".java"), RecordWriter.result(schema));
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

    private static List<OperatorSchema> read(Path folder) throws IOException {
        List<OperatorSchema> schemas = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".schema")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        schemas.add(OperatorSchema.parse(line.strip()));
                    }
                }
            }
        }
        return schemas;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }
}
