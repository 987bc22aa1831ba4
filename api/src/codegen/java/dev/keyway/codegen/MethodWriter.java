// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import dev.keyway.schema.ArgumentType;
import dev.keyway.schema.Names;
import dev.keyway.schema.OperatorSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes one facade method. */
final class MethodWriter {
    private final Documented operator;
    private final DocWriter docs;
    private final OperatorSchema schema;
    private final Form form;
    private final List<Argument> given;
    private final String scalarType;
    private final boolean several;

    MethodWriter(
            Documented operator,
            DocWriter docs,
            Form form,
            List<Argument> given,
            String scalarType) {
        this.operator = operator;
        this.docs = docs;
        this.schema = operator.schema();
        this.form = form;
        this.given = given;
        this.scalarType = scalarType;
        this.several = schema.returns() > 1;
    }

    String write() {
        String result =
                several
                        ? RecordWriter.resultName(schema)
                        : schema.returnsList() ? "List<Tensor>" : "Tensor";
        String modifier = form.isMethod() ? "public final " : "public static ";
        return docs.method(operator, form, given, outNames())
                + "    "
                + modifier
                + result
                + " "
                + name()
                + "("
                + String.join(", ", parameters())
                + ") {\n"
                + body()
                + "    }\n";
    }

    private String name() {
        String name = Names.camelCase(schema.name());
        if (form.isInPlace()) {
            return name + "_";
        }
        return form == Form.OUT ? name + "Out" : name;
    }

    private List<String> parameters() {
        List<String> parameters = new ArrayList<>();
        if (form == Form.OUT) {
            outNames().forEach(name -> parameters.add("Tensor " + name));
        }
        for (int i = 0; i < given.size(); i++) {
            Argument argument = given.get(i);
            if (form.isMethod() && argument == schema.arguments().getFirst()
                    || form.isGivenByOut(schema, argument)) {
                continue;
            }
            boolean last = i == given.size() - 1;
            String type = Types.java(argument);
            if (argument.type() == ArgumentType.SCALAR && !scalarType.equals("Scalar")) {
                type = scalarType;
            }
            if (last && argument.type() == ArgumentType.INT_LIST && !argument.optional()) {
                type = "long...";
            }
            parameters.add(type + " " + argument.javaName());
        }
        return parameters;
    }

    private String body() {
        String operator = source() + ".operator(Schemas.Index." + schema.constantName() + ")";
        if (isUnboxedWithSecond()) {
            String second = value(schema.tensorArguments().get(1));
            return "        if ("
                    + second
                    + " != null) {\n"
                    + unboxedBody(operator).indent(4)
                    + "        }\n"
                    + boxedBody(operator);
        }
        return boxed() && !isFour() ? boxedBody(operator) : unboxedBody(operator);
    }

    private String unboxedBody(String operator) {
        List<Argument> tensors = schema.tensorArguments();
        String out =
                form.isInPlace() ? value(tensors.getFirst()) : form == Form.OUT ? "out" : "null";
        String passed =
                tensors.isEmpty()
                        ? form == Form.OUT ? "out.device()" : "device"
                        : tensors.stream().map(this::value).collect(Collectors.joining(", "));
        return "        return "
                + operator
                + "\n                .call("
                + attributes()
                + ", "
                + out
                + ", "
                + passed
                + ");\n";
    }

    private String boxedBody(String operator) {
        String out = boxedOut();
        String call =
                operator
                        + "\n                .callBoxed("
                        + attributes()
                        + ", "
                        + (out.isEmpty() ? "" : "new Tensor[] {" + out + "}, ")
                        + boxedArguments()
                        + ")";
        if (schema.returnsList()) {
            return "        return List.of(" + call + ");\n";
        }
        if (!several) {
            return "        return " + call + "[0];\n";
        }
        StringBuilder text = new StringBuilder("        Tensor[] all = " + call + ";\n");
        text.append("        return new ")
                .append(RecordWriter.resultName(schema))
                .append("(all[0]");
        for (int i = 1; i < schema.returns(); i++) {
            text.append(", all[").append(i).append(']');
        }
        return text.append(");\n").toString();
    }

    private String boxedOut() {
        if (form.isInPlace()) {
            return value(schema.tensorArguments().getFirst());
        }
        return form == Form.OUT ? String.join(", ", outNames()) : "";
    }

    /** {@code out}, or the names of several results. */
    private List<String> outNames() {
        return several
                ? schema.returnNames().stream().map(n -> Names.camelCase(n) + "Out").toList()
                : List.of("out");
    }

    private String boxedArguments() {
        List<Argument> tensors = schema.tensorArguments();
        boolean list = tensors.stream().anyMatch(a -> a.type().isTensorList());
        String values = tensors.stream().map(this::value).collect(Collectors.joining(", "));
        return list
                ? "Operator.flatten(" + values + ")"
                : "new @Nullable Tensor[] {" + values + "}";
    }

    private boolean boxed() {
        return !fits() || schema.tensorArguments().stream().limit(2).anyMatch(Argument::optional);
    }

    /** Whether the second tensor may be absent, and a call without lists does where it is there. */
    private boolean isUnboxedWithSecond() {
        List<Argument> tensors = schema.tensorArguments();
        return fits()
                && tensors.size() > 1
                && !tensors.getFirst().optional()
                && tensors.get(1).optional();
    }

    /** Whether there is a call without lists for four tensors, of which the last may be absent. */
    private boolean isFour() {
        List<Argument> tensors = schema.tensorArguments();
        boolean list = tensors.stream().anyMatch(a -> a.type().isTensorList());
        return !several
                && !schema.returnsList()
                && !list
                && tensors.size() == 4
                && tensors.stream().limit(3).noneMatch(Argument::optional);
    }

    /** Whether the calls without lists take so many tensors and give such a result. */
    private boolean fits() {
        List<Argument> tensors = schema.tensorArguments();
        boolean list = tensors.stream().anyMatch(a -> a.type().isTensorList());
        return !several && !schema.returnsList() && !list && tensors.size() <= 3;
    }

    private String source() {
        List<Argument> tensors = schema.tensorArguments();
        if (tensors.isEmpty()) {
            return form == Form.OUT ? "out.keyway()" : "device.keyway()";
        }
        Argument first = tensors.getFirst();
        return first.type().isTensorList()
                ? first.javaName() + ".getFirst().keyway()"
                : value(first) + ".keyway()";
    }

    private String attributes() {
        List<Argument> arguments = schema.attributeArguments();
        if (arguments.isEmpty()) {
            return "Attributes.NONE";
        }
        String name = RecordWriter.attributesName(schema);
        boolean noneGiven = arguments.stream().noneMatch(given::contains);
        if (noneGiven) {
            return name + ".DEFAULT";
        }
        return arguments.stream()
                .map(this::value)
                .collect(Collectors.joining(", ", "new " + name + "(", ")"));
    }

    private String value(Argument argument) {
        if (form.isGivenByOut(schema, argument)) {
            return "out." + argument.javaName() + "()";
        }
        if (!given.contains(argument)) {
            return Types.defaultValue(argument);
        }
        if (form.isMethod() && argument == schema.arguments().getFirst()) {
            return "self()";
        }
        if (argument.type() == ArgumentType.SCALAR && !scalarType.equals("Scalar")) {
            return "Scalar.of(" + argument.javaName() + ")";
        }
        return argument.javaName();
    }
}
