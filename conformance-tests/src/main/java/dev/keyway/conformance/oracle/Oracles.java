// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** All oracles by the operators' qualified names. */
public final class Oracles {
    private static final SortedMap<String, Oracle> ALL = build();

    private Oracles() {}

    /** Collects the families. */
    public static final class Table {
        private final SortedMap<String, Oracle> entries = new TreeMap<>();

        private Table() {}

        /** Adds the oracle of an operator, by its qualified name. */
        public void add(String operator, Oracle oracle) {
            if (entries.put(operator, oracle) != null) {
                throw new IllegalStateException("two oracles for " + operator);
            }
        }
    }

    private static SortedMap<String, Oracle> build() {
        Table table = new Table();
        ServiceLoader.load(OracleFamily.class, Oracles.class.getClassLoader())
                .forEach(family -> family.register(table));
        return Collections.unmodifiableSortedMap(table.entries);
    }

    /** Every operator that has an oracle. */
    public static Map<String, Oracle> all() {
        return ALL;
    }

    /** The oracle of an operator. */
    public static Oracle of(String operator) {
        Oracle oracle = ALL.get(operator);
        if (oracle == null) {
            throw new IllegalArgumentException("no oracle for " + operator);
        }
        return oracle;
    }
}
