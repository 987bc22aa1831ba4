// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** What happens when a device has neither kernel nor composite for an operator. */
public enum FallbackPolicy {
    /** An error that says what to do. The default. */
    DENY,
    /** Compute on the host, record in the ledger and report the first use of each operator. */
    ANNOUNCE,
    /** Compute on the host and record in the ledger. */
    ALLOW
}
