// SPDX-License-Identifier: Apache-2.0
package dev.keyway.schema;

import java.util.ArrayList;
import java.util.List;

/** A recursive-descent parser for one schema line. */
final class SchemaParser {
    private final String text;
    private int at;
    private boolean returnsList;

    SchemaParser(String text) {
        this.text = text;
    }

    OperatorSchema parse() {
        String first = word();
        String namespace = "aten";
        if (accept("::")) {
            namespace = first;
            first = word();
        }
        String overload = accept(".") ? word() : "";
        List<Argument> arguments = arguments();
        expect("->");
        List<String> returns = returns();
        if (returnsList && returns.size() != 1) {
            throw error("a list as the only result");
        }
        List<String> variants = variants();
        if (at != text.length()) {
            throw error("the end of the line");
        }
        return new OperatorSchema(
                namespace,
                first,
                overload,
                arguments,
                returns.size(),
                returnsList,
                returns,
                variants);
    }

    private List<Argument> arguments() {
        List<Argument> arguments = new ArrayList<>();
        expect("(");
        boolean keywordOnly = false;
        while (!accept(")")) {
            if (accept("*")) {
                keywordOnly = true;
            } else {
                arguments.add(argument(keywordOnly));
            }
            accept(",");
        }
        return arguments;
    }

    private Argument argument(boolean keywordOnly) {
        String type = word();
        boolean aliased = false;
        boolean mutated = false;
        if (accept("(")) {
            word();
            aliased = true;
            mutated = accept("!");
            expect(")");
        }
        boolean optional = accept("?");
        if (accept("[")) {
            type += optional ? "?[]" : "[]";
            expect("]");
            optional = accept("?");
        }
        String name = word();
        String defaultText = accept("=") ? defaultValue() : "";
        return new Argument(
                name,
                ArgumentType.parse(type),
                optional,
                aliased,
                mutated,
                keywordOnly,
                defaultText);
    }

    private String defaultValue() {
        skipSpace();
        int start = at;
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                break;
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    private List<String> returns() {
        List<String> names = new ArrayList<>();
        if (!accept("(")) {
            names.add(returned());
            return names;
        }
        while (!accept(")")) {
            names.add(returned());
            accept(",");
        }
        return names;
    }

    private String returned() {
        word();
        if (accept("(")) {
            word();
            accept("!");
            expect(")");
        }
        if (accept("[")) {
            expect("]");
            returnsList = true;
        }
        skipSpace();
        boolean named = at < text.length() && Character.isJavaIdentifierStart(text.charAt(at));
        return named ? word() : "";
    }

    private List<String> variants() {
        List<String> variants = new ArrayList<>();
        if (!accept("|")) {
            return List.of("function");
        }
        do {
            variants.add(word());
        } while (accept(","));
        return variants;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean accept(String token) {
        skipSpace();
        if (text.startsWith(token, at)) {
            at += token.length();
            skipSpace();
            return true;
        }
        return false;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw error("'" + token + "'");
        }
    }

    private String word() {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw error("a name");
        }
        return text.substring(start, at);
    }

    private IllegalArgumentException error(String expected) {
        return new IllegalArgumentException(
                "schema '" + text + "': expected " + expected + " at position " + at);
    }
}
