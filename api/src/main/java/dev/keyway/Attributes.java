// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * An operator's arguments that are not tensors, as one immutable record per operator. The records
 * are generated from the schema catalogue; their arrays must not be changed.
 */
public interface Attributes {
    /** The record of operators that have no attributes. */
    Attributes NONE = new NoAttributes();

    /** Of an operator without attributes. */
    record NoAttributes() implements Attributes {}
}
