// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

/** What a faulty backend does; each must fail a case of every operator and element type. */
public enum FaultKind {
    /** Writes zeros. */
    ZEROS,
    /** Writes its first input's elements. */
    INPUT,
    /** Leaves the last element as the memory was. */
    DROP_LAST,
    /** Takes every input for dense. */
    STRIDES
}
