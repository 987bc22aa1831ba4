// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.util.ArrayList;
import java.util.List;

/**
 * The types of a C++ function's parameters from its mangled name, as the Itanium C++ ABI encodes
 * them; as much of it as libtorch's operators need. Names are written without their namespaces and
 * qualifiers: {@code Tensor&}, {@code optional<Scalar>&}, {@code ArrayRef<SymInt>}, {@code long}.
 */
final class MangledTypes {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final String text;
    private final List<String> seen = new ArrayList<>();
    private int at;

    private MangledTypes(String text) {
        this.text = text;
    }

    /** Of a function in nested namespaces. */
    static List<String> of(String mangled) {
        MangledTypes parser = new MangledTypes(mangled);
        parser.at = 3; // _ZN
        while (parser.peek() != 'E') {
            parser.seen.add(parser.name());
        }
        parser.at++;
        parser.seen.removeLast(); // the function itself is no candidate for a substitution
        List<String> types = new ArrayList<>();
        while (parser.at < mangled.length()) {
            types.add(parser.type());
        }
        return types;
    }

    private char peek() {
        return text.charAt(at);
    }

    private String type() {
        char c = peek();
        switch (c) {
            case 'R' -> {
                at++;
                return candidate(type() + "&");
            }
            case 'K' -> {
                at++;
                return candidate(type());
            }
            case 'N' -> {
                at++;
                String nested = "";
                while (peek() != 'E') {
                    if (peek() == 'I') {
                        nested = candidate(nested + arguments());
                    } else if (peek() == 'S') {
                        nested = substitution();
                    } else {
                        nested = candidate(name());
                    }
                }
                at++;
                return nested;
            }
            case 'S' -> {
                return standard();
            }
            case 'L' -> {
                int end = text.indexOf('E', at);
                String literal = text.substring(at + 2, end);
                at = end + 1;
                return literal;
            }
            default -> {
                at++;
                return switch (c) {
                    case 'l' -> "long";
                    case 'b' -> "bool";
                    case 'd' -> "double";
                    case 'i' -> "int";
                    case 'c' -> "char";
                    default -> throw new IllegalArgumentException(c + " in " + text);
                };
            }
        }
    }

    private String standard() {
        if (!text.startsWith("St", at)) {
            String before = substitution();
            return at < text.length() && peek() == 'I' ? candidate(before + arguments()) : before;
        }
        at += 2;
        String template = candidate(name());
        return peek() == 'I' ? candidate(template + arguments()) : template;
    }

    private String arguments() {
        StringBuilder list = new StringBuilder("<");
        at++;
        while (peek() != 'E') {
            list.append(list.length() > 1 ? "," : "").append(type());
        }
        at++;
        return list.append('>').toString();
    }

    private String substitution() {
        int end = text.indexOf('_', at);
        String index = text.substring(at + 1, end);
        at = end + 1;
        int number = 0;
        for (int i = 0; i < index.length(); i++) {
            number = number * DIGITS.length() + DIGITS.indexOf(index.charAt(i));
        }
        return seen.get(index.isEmpty() ? 0 : number + 1);
    }

    private String name() {
        int length = 0;
        while (Character.isDigit(peek())) {
            length = 10 * length + peek() - '0';
            at++;
        }
        if (length == 0) {
            throw new IllegalArgumentException("no name at " + at + " in " + text);
        }
        at += length;
        return text.substring(at - length, at);
    }

    private String candidate(String type) {
        seen.add(type);
        return type;
    }
}
