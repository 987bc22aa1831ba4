// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;

/** Java types and default values of schema arguments. */
final class Types {
    private Types() {}

    static String java(Argument argument) {
        boolean optional = argument.optional();
        return switch (argument.type()) {
            case TENSOR -> optional ? "@Nullable Tensor" : "Tensor";
            case TENSOR_LIST -> "List<Tensor>";
            case OPTIONAL_TENSOR_LIST -> "List<@Nullable Tensor>";
            case SCALAR -> optional ? "@Nullable Scalar" : "Scalar";
            case INT -> optional ? "@Nullable Long" : "long";
            case INT_LIST -> optional ? "long @Nullable []" : "long[]";
            case FLOAT -> optional ? "@Nullable Double" : "double";
            case BOOL -> optional ? "@Nullable Boolean" : "boolean";
            case STRING -> optional ? "@Nullable String" : "String";
            case DTYPE -> optional ? "@Nullable DType" : "DType";
            case DEVICE -> "Device";
            case GENERATOR -> "@Nullable Generator";
        };
    }

    static String defaultValue(Argument argument) {
        String text = argument.defaultText();
        if (text.equals("None")) {
            return "null";
        }
        return switch (argument.type()) {
            case SCALAR -> "Scalar.of(" + text + (text.contains(".") ? "" : "L") + ")";
            case INT -> argument.optional() ? "Long.valueOf(" + text + "L)" : text + "L";
            case INT_LIST -> "new long[] {" + text.substring(1, text.length() - 1) + "}";
            case STRING -> "\"" + text.substring(1, text.length() - 1) + "\"";
            case BOOL -> text.toLowerCase(java.util.Locale.ROOT);
            default -> text;
        };
    }
}
