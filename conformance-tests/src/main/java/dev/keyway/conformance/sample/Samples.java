// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The cases of all operators. */
public final class Samples {
    /** The types in which devices compute; the others are computed in one of these. */
    public static final List<ElementType> COMPUTE =
            List.of(
                    ElementType.BOOL,
                    ElementType.I32,
                    ElementType.I64,
                    ElementType.F32,
                    ElementType.F64);

    /** {@link #COMPUTE} without bool. */
    static final List<ElementType> NUMERIC = COMPUTE.subList(1, 5);

    /** The floating types in which operators compute. */
    static final List<ElementType> FLOATING = COMPUTE.subList(3, 5);

    /** Bool and the integers in which operators compute. */
    static final List<ElementType> BITS = COMPUTE.subList(0, 3);

    /** Every type. */
    public static final List<ElementType> ALL = List.of(ElementType.values());

    /** All numbers: every type but bool. */
    static final List<ElementType> NUMBERS = ALL.subList(1, 10);

    /** All integers, and bool. */
    static final List<ElementType> WITH_BITS = ALL.subList(0, 6);

    /** All integers. */
    static final List<ElementType> INTEGERS = ALL.subList(1, 6);

    /** All floating types. */
    static final List<ElementType> REALS = ALL.subList(6, 10);

    private static final SortedMap<String, OperatorSamples> TABLE = build();

    private Samples() {}

    /** Collects the families. */
    public static final class Table {
        private final SortedMap<String, OperatorSamples> entries = new TreeMap<>();

        private Profile profile = Profile.CORE;

        private Table() {}

        OperatorSamples operator(String name, List<ElementType> types) {
            OperatorSamples samples = new OperatorSamples(name, types, profile);
            if (entries.put(name, samples) != null) {
                throw new IllegalStateException("two sets of samples for " + name);
            }
            return samples;
        }

        /**
         * An operator that moves elements without computing, so that every type must work even
         * where the device does not compute in it.
         */
        OperatorSamples storage(String name) {
            return operator(name, ALL).onStorage();
        }

        OperatorSamples storageOrNew(String name) {
            OperatorSamples known = entries.get(name);
            return known != null ? known : storage(name);
        }
    }

    private static SortedMap<String, OperatorSamples> build() {
        Table table = new Table();
        ServiceLoader.load(SampleFamily.class, Samples.class.getClassLoader())
                .forEach(
                        family -> {
                            table.profile = family.profile();
                            family.register(table);
                        });
        return Collections.unmodifiableSortedMap(table.entries);
    }

    /** The calls that must be refused. */
    public static List<ErrorTable.Wrong> errors(long seed) {
        ErrorTable table = new ErrorTable(seed);
        ServiceLoader.load(SampleFamily.class, Samples.class.getClassLoader())
                .forEach(family -> family.errors(table));
        return table.all();
    }

    /** The operators' cases by qualified name. */
    public static SortedMap<String, OperatorSamples> all() {
        return TABLE;
    }

    /** Rebuilds the case with this id. */
    public static Sample replay(CaseId id) {
        OperatorSamples samples = TABLE.get(id.operator());
        if (samples == null) {
            throw new IllegalArgumentException("no cases for operator " + id.operator());
        }
        return samples.sample(id);
    }
}
