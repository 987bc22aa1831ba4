// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What arguments and results mean, from {@code arguments.doc}. A line {@code name = text} holds for
 * all operators, or after a line {@code [family]} for those of that schema file; {@code
 * operator.name = text} for one operator, with or without its overload. Keys that share a text are
 * separated by commas. The names of results have an arrow in front: {@code -> values = text}.
 */
final class Dictionary {
    static final String FILE = "arguments.doc";

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    private Dictionary() {}

    static Dictionary read(Path folder) throws IOException {
        Dictionary dictionary = new Dictionary();
        String family = "";
        for (String line : Files.readAllLines(folder.resolve(FILE))) {
            if (line.startsWith("[")) {
                family = line.substring(1, line.indexOf(']'));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                dictionary.add(family, line);
            }
        }
        return dictionary;
    }

    private void add(String family, String line) {
        int equals = line.indexOf(" = ");
        if (equals < 0) {
            throw new DocumentationException(
                    FILE + ": expected \"name = text\" in the line \"" + line + '"');
        }
        String text = line.substring(equals + 3).strip();
        for (String key : line.substring(0, equals).split(",")) {
            String full = key(family, key.replace(" ", ""));
            if (texts.put(full, text) != null) {
                throw new DocumentationException(FILE + ": two texts for " + full);
            }
        }
    }

    /** Names without an operator belong to the family, {@code [family]name}. */
    private static String key(String family, String name) {
        boolean ofOperator = name.contains(".") || name.indexOf("->") > 0;
        return ofOperator || family.isEmpty() ? name : '[' + family + ']' + name;
    }

    /** What the argument means for the operator. */
    String argument(Documented operator, String name) {
        return find(operator, ".", "", name, "argument");
    }

    /** What the result of this name is. */
    String result(Documented operator, String name) {
        return find(operator, "->", "->", name, "result");
    }

    private String find(
            Documented operator, String infix, String prefix, String name, String kind) {
        List<String> keys =
                List.of(
                        operator.schema().qualifiedName() + infix + name,
                        operator.schema().name() + infix + name,
                        '[' + operator.family() + ']' + prefix + name,
                        prefix + name);
        for (String key : keys) {
            String text = texts.get(key);
            if (text != null) {
                used.add(key);
                return text;
            }
        }
        throw new DocumentationException(
                operator.place()
                        + ": "
                        + kind
                        + " '"
                        + name
                        + "' has no documentation; add it to "
                        + FILE);
    }

    /**
     * Fails when an argument or a result has no text, and when an entry describes nothing: a name
     * is misspelt or gone.
     */
    void check(List<Documented> operators) {
        for (Documented operator : operators) {
            operator.schema().arguments().forEach(a -> argument(operator, a.name()));
            if (operator.schema().returns() > 1) {
                operator.schema().returnNames().forEach(name -> result(operator, name));
            }
        }
        for (String key : texts.keySet()) {
            if (!used.contains(key)) {
                throw new DocumentationException(
                        FILE + ": no operator has what the entry '" + key + "' describes");
            }
        }
    }
}
