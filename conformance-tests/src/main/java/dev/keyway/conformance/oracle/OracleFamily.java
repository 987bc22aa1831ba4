// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/** The oracles of a family of operators; found by {@code ServiceLoader}. */
public interface OracleFamily {
    /** Adds the family's oracles. */
    void register(Oracles.Table table);
}
