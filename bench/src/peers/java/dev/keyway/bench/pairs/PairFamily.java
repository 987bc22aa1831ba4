// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Pairs of related operators, by their rows' names. */
abstract class PairFamily {
    /** Elements of a tensor that stays in the second cache. */
    static final long SMALL = 1 << 16;

    /** Elements of a tensor that no cache holds. */
    static final long LARGE = 1 << 22;

    private final Map<String, Function<Data, Pair>> rows = new LinkedHashMap<>();

    /** The family's name on the command line. */
    final String name() {
        String type = getClass().getSimpleName();
        return type.substring(0, type.length() - "Pairs".length()).toLowerCase(Locale.ROOT);
    }

    /** Adds a row. */
    final void row(String name, Function<Data, Pair> open) {
        if (rows.put(name, open) != null) {
            throw new IllegalArgumentException("two rows are called " + name);
        }
    }

    /** All rows, in order. */
    final Map<String, Function<Data, Pair>> rows() {
        return rows;
    }

    /** A number of elements as a name has it. */
    static String count(long elements) {
        return elements % (1 << 20) == 0
                ? (elements >> 20) + "M"
                : elements % (1 << 10) == 0 ? (elements >> 10) + "K" : String.valueOf(elements);
    }

    /** Sizes as a name has them. */
    static String shape(long... sizes) {
        StringBuilder text = new StringBuilder();
        for (long size : sizes) {
            text.append(text.isEmpty() ? "" : "x").append(count(size));
        }
        return text.toString();
    }
}
