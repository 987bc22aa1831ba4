// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import dev.keyway.nn.data.DataException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Python dictionary of a header: the keys descr, fortran_order and shape, each once, in
 * any order. Of one thread.
 */
final class NumpyDictionary {
    private final String name;
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private long @Nullable [] shape;

    NumpyDictionary(String name, String text) {
        this.name = name;
        this.text = text;
    }

    NumpyHeader header() {
        expect('{');
        while (!accept('}')) {
            entry(string());
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        String type = descr;
        if (at != text.length() || type == null || fortranOrder == null || shape == null) {
            throw wrong("a dictionary with descr, fortran_order and shape");
        }
        NumpyType known = NumpyType.parse(type);
        if (known == null) {
            throw new DataException(
                    name
                            + " has elements of NumPy's type '"
                            + type
                            + "'; known are b1, u1, i1, i2, i4, i8, f2, f4 and f8; convert it with"
                            + " astype");
        }
        return new NumpyHeader(known, fortranOrder, shape);
    }

    private void entry(String key) {
        expect(':');
        switch (key) {
            case "descr" -> {
                skipSpace();
                if (at < text.length() && text.charAt(at) == '[') {
                    throw new DataException(
                            name + " has elements with fields; save each field by itself");
                }
                descr = descr == null ? string() : again(key);
            }
            case "fortran_order" -> {
                if (fortranOrder != null) {
                    again(key);
                }
                fortranOrder = truth();
            }
            case "shape" -> {
                if (shape != null) {
                    again(key);
                }
                shape = sizes();
            }
            default -> throw wrong("one of the keys descr, fortran_order and shape");
        }
    }

    private String again(String key) {
        throw wrong("the key " + key + " only once");
    }

    private String string() {
        skipSpace();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        int end = text.indexOf(quote, at + 1);
        if (quote != '\'' && quote != '"' || end < 0) {
            throw wrong("a quoted word");
        }
        String word = text.substring(at + 1, end);
        at = end + 1;
        return word;
    }

    private boolean truth() {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw wrong("True or False");
    }

    private long[] sizes() {
        expect('(');
        List<Long> sizes = new ArrayList<>();
        while (!accept(')')) {
            sizes.add(number());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private long number() {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        if (start == at || at - start > 18) {
            throw wrong("a size");
        }
        long value = Long.parseLong(text.substring(start, at));
        if (at < text.length() && text.charAt(at) == 'L') {
            at++;
        }
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean accept(char token) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == token) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char token) {
        if (!accept(token)) {
            throw wrong("'" + token + "'");
        }
    }

    private DataException wrong(String expected) {
        return new DataException(
                name + " has a damaged header: expected " + expected + " at character " + at);
    }
}
