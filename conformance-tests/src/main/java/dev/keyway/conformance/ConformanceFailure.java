// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/**
 * A backend did not do what the suite demands; the message says what came and what was expected.
 */
public final class ConformanceFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With what came and what was expected.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public ConformanceFailure(String message) {
        super(message);
    }
}
