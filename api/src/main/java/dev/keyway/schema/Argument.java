// SPDX-License-Identifier: Apache-2.0
package dev.keyway.schema;

/**
 * One argument of an operator.
 *
 * @param name the argument's name in the schema, in snake case
 * @param type its type
 * @param optional whether null is allowed ({@code ?} in the grammar)
 * @param aliased whether the operator's result may share its storage ({@code Tensor(a)})
 * @param mutated whether the operator writes to it ({@code Tensor(a!)})
 * @param keywordOnly whether it stands behind the {@code *}
 * @param defaultText the default as written in the schema; empty when there is none
 */
public record Argument(
        String name,
        ArgumentType type,
        boolean optional,
        boolean aliased,
        boolean mutated,
        boolean keywordOnly,
        String defaultText) {

    /** {@return whether the schema gives a default} */
    public boolean hasDefault() {
        return !defaultText.isEmpty();
    }

    /**
     * The name in Java's camel case: {@code keep_dim} is {@code keepDim}.
     *
     * @return the name in camel case
     */
    public String javaName() {
        return Names.camelCase(name);
    }
}
