// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.OperatorSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An operator's entry: calls reach the right kernel by the arguments' dispatch keys. Obtained from
 * {@link Keyway#operator}; safe for any thread. Calls throw {@link ArgumentException} for arguments
 * that the operator rejects and {@link UnsupportedOperatorException} where no kernel serves.
 *
 * <p>{@code out} in the fixed-arity calls is null for a new result; for the in-place form it is
 * {@code self}.
 */
@ProviderType
public abstract class Operator {
    /** For the dispatcher only. */
    protected Operator() {}

    /** {@return the signature} */
    public abstract OperatorSchema schema();

    /**
     * The meaning.
     *
     * @return the definition
     */
    public abstract OperatorDefinition definition();

    /**
     * A factory: no tensor argument, the device decides.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out where to write; null for a new result
     * @param device where the result is made
     * @return the result; {@code out} where given
     */
    public abstract Tensor call(Attributes attributes, @Nullable Tensor out, Device device);

    /**
     * One tensor argument, one result.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out where to write; null for a new result
     * @param self the first tensor argument
     * @return the result; {@code out} where given
     */
    public abstract Tensor call(Attributes attributes, @Nullable Tensor out, Tensor self);

    /**
     * Two tensor arguments, one result.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out where to write; null for a new result
     * @param self the first tensor argument
     * @param other the second tensor argument
     * @return the result; {@code out} where given
     */
    public abstract Tensor call(
            Attributes attributes, @Nullable Tensor out, Tensor self, Tensor other);

    /**
     * Three tensor arguments, the last may be absent; one result.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out where to write; null for a new result
     * @param self the first tensor argument
     * @param other the second tensor argument
     * @param third the third tensor argument; null when absent
     * @return the result; {@code out} where given
     */
    public abstract Tensor call(
            Attributes attributes,
            @Nullable Tensor out,
            Tensor self,
            Tensor other,
            @Nullable Tensor third);

    /**
     * Four tensor arguments, the last may be absent; one result.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out where to write; null for a new result
     * @param self the first tensor argument
     * @param other the second tensor argument
     * @param third the third tensor argument
     * @param fourth the fourth tensor argument; null when absent
     * @return the result; {@code out} where given
     */
    public abstract Tensor call(
            Attributes attributes,
            @Nullable Tensor out,
            Tensor self,
            Tensor other,
            Tensor third,
            @Nullable Tensor fourth);

    /**
     * The boxed form: any number of arguments (null where an optional one is absent) and results.
     * The tensors of a list stand in its place, one after another.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param arguments the tensor arguments in the order of the schema
     * @return the results
     */
    public abstract Tensor[] callBoxed(Attributes attributes, @Nullable Tensor[] arguments);

    /**
     * The boxed form that writes to tensors of the caller's.
     *
     * @param attributes the record of the arguments that are no tensors; {@link Attributes#NONE}
     *     for none
     * @param out one for each result, of its shape and a dtype to which the result's can be
     *     converted; for the in-place form the first argument
     * @param arguments the tensor arguments in the order of the schema
     * @return {@code out}
     */
    public abstract Tensor[] callBoxed(
            Attributes attributes, Tensor[] out, @Nullable Tensor[] arguments);

    /** The boxed arguments: tensors, nulls, and lists of both, which are unrolled. */
    static @Nullable Tensor[] flatten(@Nullable Object... arguments) {
        List<@Nullable Tensor> all = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof List<?> list) {
                list.forEach(element -> all.add((Tensor) element));
            } else {
                all.add((Tensor) argument);
            }
        }
        return all.toArray(new @Nullable Tensor[0]);
    }
}
