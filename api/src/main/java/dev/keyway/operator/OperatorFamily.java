// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import java.util.List;

/** A group of operator definitions, found by {@code ServiceLoader}. */
public interface OperatorFamily {
    /** {@return the definitions} */
    List<OperatorDefinition> definitions();
}
