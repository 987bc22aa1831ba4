// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.util.List;
import java.util.function.IntFunction;

/** Contests against one peer; found by {@code ServiceLoader}. */
public interface ContestFamily {
    /** The peer's short name. */
    String peer();

    /** Everything to compare, cheap to ask for. */
    List<Entry> entries();

    /**
     * A contest that can be opened.
     *
     * @param name of the row, such as {@code sgemm 256x256x256}
     * @param quick whether a quick run has it
     * @param open opens it for a number of threads
     */
    record Entry(String name, boolean quick, IntFunction<Contest> open) {}
}
