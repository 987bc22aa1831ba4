// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

/**
 * How one check went.
 *
 * @param line from which it replays
 * @param operator the operator's qualified name
 * @param dtype the dtype under test
 * @param form what was checked
 * @param label what the case is about
 * @param call the call in one line
 * @param size the number of elements that went in
 * @param passed whether the backend did what was demanded
 * @param message what came and what was expected; empty when passed
 * @param known the vendor's reason, where the failure is a known one; else empty
 */
public record CaseResult(
        String line,
        String operator,
        String dtype,
        String form,
        String label,
        String call,
        long size,
        boolean passed,
        String message,
        String known) {
    /** {@return whether it failed and nobody knew} */
    public boolean isUnexpected() {
        return !passed && known.isEmpty();
    }
}
