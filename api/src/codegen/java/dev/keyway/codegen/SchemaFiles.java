// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.OperatorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the schema files: a signature a line, above it one to four lines of documentation that
 * begin with {@code ##}. Other lines that begin with {@code #} are comments.
 */
final class SchemaFiles {
    static final String ENDING = ".schema";
    private static final String MARK = "##";
    private static final int MOST_LINES = 4;
    private static final int MOST_CHARACTERS = 120;

    private SchemaFiles() {}

    static List<Documented> read(Path folder) throws IOException {
        List<Documented> operators = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
                operators.addAll(parse(file.getFileName().toString(), Files.readAllLines(file)));
            }
        }
        return operators;
    }

    private static List<Documented> parse(String file, List<String> lines) {
        List<Documented> operators = new ArrayList<>();
        List<String> text = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(MARK)) {
                text.add(line.substring(MARK.length()).strip());
            } else if (line.isBlank() || line.startsWith("#")) {
                if (!text.isEmpty()) {
                    throw new DocumentationException(
                            file
                                    + ": no signature follows the documentation \""
                                    + text.getFirst()
                                    + '"');
                }
            } else {
                OperatorSchema schema = OperatorSchema.parse(line.strip());
                operators.add(new Documented(schema, List.copyOf(text), file));
                text.clear();
            }
        }
        operators.forEach(SchemaFiles::check);
        return operators;
    }

    private static void check(Documented operator) {
        List<String> text = operator.text();
        if (text.isEmpty()) {
            throw new DocumentationException(
                    operator.place()
                            + " has no documentation; say in lines that begin with \"## \", directly"
                            + " above it, what it computes");
        }
        if (text.size() > MOST_LINES) {
            throw new DocumentationException(
                    operator.place()
                            + " has "
                            + text.size()
                            + " lines of documentation, at most 4");
        }
        for (String line : text) {
            if (line.length() > MOST_CHARACTERS) {
                throw new DocumentationException(
                        operator.place()
                                + ": more than 120 characters in the line \""
                                + line
                                + '"');
            }
        }
        if (!text.getLast().endsWith(".")) {
            throw new DocumentationException(
                    operator.place() + ": the documentation does not end with a full stop");
        }
    }
}
