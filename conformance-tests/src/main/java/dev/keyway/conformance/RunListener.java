// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/** Is told how far a run has come, on the thread that runs it. */
@FunctionalInterface
public interface RunListener {
    /** Listens to nothing. */
    RunListener NONE = (operator, done, total) -> {};

    /**
     * The next operator begins.
     *
     * @param operator its qualified name
     * @param done operators before it
     * @param total all operators of the run
     */
    void started(String operator, int done, int total);
}
