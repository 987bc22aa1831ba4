// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.Names;
import dev.keyway.schema.OperatorSchema;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the Javadoc of the facade and of the records from schema, its text and the dictionary. */
final class DocWriter {
    /** What holds for every function and method. */
    static final String CONTRACT =
            """
             * <p>Safe for any thread. The caller owns the results and closes them; arguments stay as they
             * were unless a method says that it writes one. On an asynchronous device the work may still be
             * running on return; reading elements waits for it. While gradients are recorded, results of
             * arguments that require one carry their history.
             *
             * <p>Where an operator says "floating dtypes", it means f16, bf16, f32 and f64; f16 and bf16 are
             * computed in f32, u8, i8 and i16 in i32, and the result is rounded or cut once. "Promotes" means
             * {@link TypePromotion} over the tensor and scalar arguments. Shapes broadcast as PyTorch's do. All
             * tensors are on one device; one of the host without dimensions counts as a number anywhere.
             *
             * <p>Each throws {@link ArgumentException} for shapes, dtypes and devices that the operator does
             * not take, naming operator, argument, what came and what was expected; {@link ClosedException}
             * for a closed tensor; {@link UnsupportedOperatorException} where the device has no kernel for
             * it; {@link OutOfMemoryException}; and {@link PluginException} when the device has left.
             * Arguments are checked before anything is written.
             */
            """;

    private final Dictionary dictionary;

    DocWriter(Dictionary dictionary) {
        this.dictionary = dictionary;
    }

    /** The comment in front of one method that takes the given arguments and lets the others be. */
    String method(Documented operator, Form form, List<Argument> given, List<String> outNames) {
        OperatorSchema schema = operator.schema();
        StringBuilder out = new StringBuilder("    /**\n     * ");
        out.append(text(operator, "     * "));
        String more = (memory(operator, form) + defaults(schema, given)).strip();
        if (!more.isEmpty()) {
            out.append("     *\n     * <p>").append(more).append('\n');
        }
        out.append("     *\n");
        if (form == Form.OUT) {
            outs(operator, outNames, out);
        }
        for (Argument argument : given) {
            boolean self = form.isMethod() && argument == schema.arguments().getFirst();
            if (!self && !form.isGivenByOut(schema, argument)) {
                out.append("     * @param ").append(argument.javaName()).append(' ');
                out.append(argument(operator, argument)).append('\n');
            }
        }
        return out.append("     * @return ")
                .append(returned(schema, form))
                .append("\n     */\n")
                .toString();
    }

    /** The operator's text, its lines but for the first indented. */
    String text(Documented operator, String indent) {
        String text = Comment.of(String.join("\n", operator.text()), operator.place());
        return text.replace("\n", '\n' + indent) + '\n';
    }

    /** What an argument means, and its default. */
    String argument(Documented operator, Argument argument) {
        String text = Comment.of(dictionary.argument(operator, argument.name()), operator.place());
        if (argument.hasDefault()) {
            return text + "; default " + Comment.defaultOf(argument);
        }
        return argument.optional() ? text + "; may be null" : text;
    }

    /** What one of several results is. */
    String result(Documented operator, String name) {
        return Comment.of(dictionary.result(operator, name), operator.place());
    }

    private void outs(Documented operator, List<String> names, StringBuilder out) {
        for (int i = 0; i < names.size(); i++) {
            String what =
                    names.size() == 1
                            ? "takes the result: of its sizes, on its device, of a dtype to which it converts"
                            : "takes the "
                                    + result(operator, operator.schema().returnNames().get(i));
            out.append("     * @param ").append(names.get(i)).append(' ').append(what).append('\n');
        }
    }

    /** A text that speaks of views says itself when there is one. */
    private static String memory(Documented operator, Form form) {
        OperatorSchema schema = operator.schema();
        if (form.isInPlace()) {
            String self = form.isMethod() ? "self" : schema.arguments().getFirst().javaName();
            return "Writes {@code " + self + "}, whose version grows by one, and returns it.";
        }
        if (form == Form.OUT) {
            return schema.returns() > 1
                    ? "Writes the given tensors, which have the sizes of the results, and returns them."
                    : "Writes {@code out}, which has the sizes of the result, and returns it.";
        }
        List<Argument> mutated = schema.arguments().stream().filter(Argument::mutated).toList();
        if (!mutated.isEmpty()) {
            return "Writes " + names(mutated) + " where given.";
        }
        List<Argument> aliased = schema.arguments().stream().filter(Argument::aliased).toList();
        if (!aliased.isEmpty()) {
            return "The result may share the memory of " + names(aliased) + ".";
        }
        boolean speaksOfViews = String.join(" ", operator.text()).contains("view");
        return speaksOfViews ? "" : "The result has memory of its own.";
    }

    private static String defaults(OperatorSchema schema, List<Argument> given) {
        List<Argument> left = schema.arguments().stream().filter(a -> !given.contains(a)).toList();
        if (left.isEmpty()) {
            return "";
        }
        return left.stream()
                .map(a -> Comment.code(a.javaName()) + " is " + Comment.defaultOf(a))
                .collect(Collectors.joining(", ", " Here ", "."));
    }

    private static String returned(OperatorSchema schema, Form form) {
        if (form.isInPlace()) {
            return "{@code self}";
        }
        if (form == Form.OUT) {
            return "what was written";
        }
        if (schema.returns() > 1) {
            return schema.returnNames().stream()
                    .map(n -> Comment.code(Names.camelCase(n)))
                    .collect(Collectors.joining(", ", "the results: ", ""));
        }
        if (schema.returnsList()) {
            return "the results, in order";
        }
        boolean view = schema.arguments().stream().anyMatch(a -> a.aliased() && !a.mutated());
        return view ? "a view where there can be one" : "a new tensor";
    }

    private static String names(List<Argument> arguments) {
        return arguments.stream()
                .map(argument -> Comment.code(argument.javaName()))
                .collect(Collectors.joining(" and "));
    }
}
