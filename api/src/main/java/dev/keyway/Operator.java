// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.OperatorSchema;
import org.jspecify.annotations.Nullable;

/**
 * An operator's entry: calls reach the right kernel by the arguments' dispatch keys. Obtained from
 * {@link Keyway#operator}; safe for any thread. Calls throw {@link ArgumentException} for arguments
 * that the operator rejects and {@link UnsupportedOperatorException} where no kernel serves.
 *
 * <p>{@code out} in the fixed-arity calls is null for a new result; for the in-place form it is
 * {@code self}.
 */
public abstract class Operator {
    /** For the dispatcher only. */
    protected Operator() {}

    /** The signature. */
    public abstract OperatorSchema schema();

    /** The meaning. */
    public abstract OperatorDefinition definition();

    /** A factory: no tensor argument, the device decides. */
    public abstract Tensor call(Attributes attributes, @Nullable Tensor out, Device device);

    /** One tensor argument, one result. */
    public abstract Tensor call(Attributes attributes, @Nullable Tensor out, Tensor self);

    /** Two tensor arguments, one result. */
    public abstract Tensor call(
            Attributes attributes, @Nullable Tensor out, Tensor self, Tensor other);

    /** Three tensor arguments, the last may be absent; one result. */
    public abstract Tensor call(
            Attributes attributes,
            @Nullable Tensor out,
            Tensor self,
            Tensor other,
            @Nullable Tensor third);

    /**
     * The boxed form: any number of arguments (null where an optional one is absent) and results.
     */
    public abstract Tensor[] callBoxed(Attributes attributes, @Nullable Tensor[] arguments);
}
