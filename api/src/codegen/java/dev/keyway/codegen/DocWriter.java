// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the Javadoc of the facade: what the schema says of memory, and what holds for all. */
final class DocWriter {
    /** What holds for every function and method. */
    static final String CONTRACT =
            """
             * <p>Safe for any thread. The caller owns the results and closes them; arguments stay as they
             * were unless a method says that it writes one. On an asynchronous device the work may still be
             * running on return; reading elements waits for it. While gradients are recorded, results of
             * arguments that require one carry their history.
             *
             * <p>Each throws {@link ArgumentException} for shapes, dtypes and devices that the operator does
             * not take, naming operator, argument, what came and what was expected; {@link ClosedException}
             * for a closed tensor; {@link UnsupportedOperatorException} where the device has no kernel for
             * it; {@link OutOfMemoryException}; and {@link PluginException} when the device has left.
             * Arguments are checked before anything is written.
             */
            """;

    private DocWriter() {}

    /** The comment in front of one method. */
    static String of(OperatorSchema schema, Form form) {
        String call =
                schema.arguments().stream().map(Argument::name).collect(Collectors.joining(", "));
        return "    /**\n     * {@code "
                + schema.qualifiedName()
                + "("
                + call
                + ")} as PyTorch defines it. "
                + memory(schema, form)
                + "\n     */\n";
    }

    private static String memory(OperatorSchema schema, Form form) {
        if (form.isInPlace()) {
            return "Writes {@code self}, whose version grows by one, and returns it.";
        }
        if (form == Form.OUT) {
            return "Writes {@code out}, which has the sizes of the result, and returns it.";
        }
        List<Argument> mutated = schema.arguments().stream().filter(Argument::mutated).toList();
        if (!mutated.isEmpty()) {
            return "Writes " + names(mutated) + " where given.";
        }
        List<Argument> aliased = schema.arguments().stream().filter(Argument::aliased).toList();
        return aliased.isEmpty()
                ? "The result has memory of its own."
                : "The result may share the memory of " + names(aliased) + ".";
    }

    private static String names(List<Argument> arguments) {
        return arguments.stream()
                .map(argument -> "{@code " + argument.name() + "}")
                .collect(Collectors.joining(" and "));
    }
}
