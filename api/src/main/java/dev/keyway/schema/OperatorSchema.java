// SPDX-License-Identifier: Apache-2.0
package dev.keyway.schema;

import java.util.List;

/**
 * The signature of one operator in PyTorch's grammar, for example {@code add.Tensor(Tensor self,
 * Tensor other, *, Scalar alpha=1) -> Tensor}. Immutable and safe for use by several threads.
 *
 * @param namespace the part before {@code ::}; {@code aten} when there is none
 * @param name the operator's base name
 * @param overload the part after the dot; empty when there is none
 * @param arguments in the order of the schema
 * @param returns the number of tensors it returns; 1 for a list
 * @param returnsList whether it returns a list of tensors, {@code Tensor[]}, whose length depends
 *     on the arguments
 * @param returnNames the names of the results, empty strings where the schema names none
 * @param variants how the facade offers it
 */
public record OperatorSchema(
        String namespace,
        String name,
        String overload,
        List<Argument> arguments,
        int returns,
        boolean returnsList,
        List<String> returnNames,
        List<String> variants) {

    /** Copies the lists. */
    public OperatorSchema {
        arguments = List.copyOf(arguments);
        returnNames = List.copyOf(returnNames);
        variants = List.copyOf(variants);
    }

    /**
     * Parses one schema line.
     *
     * @param text the line, with {@code | method, inplace, out, function} at its end where the
     *     operator has other variants than a plain function
     * @return the schema
     * @throws IllegalArgumentException naming the line and the position when it is not well formed
     */
    public static OperatorSchema parse(String text) {
        return new SchemaParser(text).parse();
    }

    /**
     * Name and overload, {@code add.Tensor}; with the namespace where it is not {@code aten}.
     *
     * @return {@code add.Tensor}
     */
    public String qualifiedName() {
        String full = overload.isEmpty() ? name : name + "." + overload;
        return namespace.equals("aten") ? full : namespace + "::" + full;
    }

    /** {@return the arguments that travel as tensors, in order} */
    public List<Argument> tensorArguments() {
        return arguments.stream().filter(a -> a.type().isTensor()).toList();
    }

    /** {@return the arguments that travel in the attribute record, in order} */
    public List<Argument> attributeArguments() {
        return arguments.stream().filter(a -> !a.type().isTensor()).toList();
    }

    /**
     * The facade's variants include this one.
     *
     * @param variant {@code function}, {@code method}, {@code inplace} or {@code out}
     * @return whether it does
     */
    public boolean has(String variant) {
        return variants.contains(variant);
    }

    /** {@return the Java identifier of this schema in the catalogue: {@code ADD_TENSOR}} */
    public String constantName() {
        String base = overload.isEmpty() ? name : name + "_" + overload;
        String prefix = namespace.equals("aten") ? "" : namespace + "_";
        return (prefix + base).toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return qualifiedName();
    }
}
