// SPDX-License-Identifier: Apache-2.0
package dev.keyway.schema;

/** Turns the schema's snake case into Java's names. */
public final class Names {
    private Names() {}

    /**
     * {@code max_pool2d} becomes {@code maxPool2d}; a trailing underscore stays.
     *
     * @param snake a name in snake case
     * @return the name in camel case
     */
    public static String camelCase(String snake) {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            if (c == '_' && i > 0 && i < snake.length() - 1) {
                upper = true;
            } else {
                name.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return name.toString();
    }

    /**
     * {@code max_pool2d} becomes {@code MaxPool2d}.
     *
     * @param snake a name in snake case
     * @return the name in camel case with a capital
     */
    public static String typeName(String snake) {
        String camel = camelCase(snake);
        return camel.isEmpty()
                ? camel
                : Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
    }
}
