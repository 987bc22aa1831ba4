// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.security.MessageDigest;

/**
 * One check.
 *
 * @param line from which it replays
 * @param label what it is about
 * @param description the call in one line
 * @param size the number of elements that go in; the smallest failure is reported first
 * @param body the check
 */
record ConformanceCase(ReplayLine line, String label, String description, long size, Body body) {
    /** Runs the check; fails with a {@link ConformanceFailure} or what the runtime throws. */
    @FunctionalInterface
    interface Body {
        /** Feeds the bits of the results to the digest. */
        void run(Workbench bench, MessageDigest digest);
    }
}
