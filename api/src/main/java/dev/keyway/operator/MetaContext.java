// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a meta function sees and says. Valid only during the call, on the calling thread. Size
 * arrays handed over must not be changed afterwards.
 */
@ProviderType
public abstract class MetaContext {
    /** For the dispatcher only. */
    protected MetaContext() {}

    /** {@return number of tensor arguments, absent optional ones included} */
    public abstract int inputCount();

    /**
     * {@return a tensor argument that must be there}
     *
     * @param index the number of the argument
     */
    public abstract Tensor input(int index);

    /**
     * {@return a tensor argument, null when absent}
     *
     * @param index the number of the argument
     */
    public abstract @Nullable Tensor inputOrNull(int index);

    /**
     * The attributes.
     *
     * @return the record
     */
    public abstract Attributes attributes();

    /**
     * The attributes as the operator's record.
     *
     * @param <A> the record
     * @param type the class of the record
     * @return the record
     */
    public <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }

    /** {@return the device of the call} */
    public abstract Device device();

    /**
     * The dtype in which kernels compute; inputs are converted to it.
     *
     * @param dtype the dtype
     */
    public abstract void compute(DType dtype);

    /**
     * The shape and dtype of a result.
     *
     * @param index the number of the result
     * @param dtype the dtype
     * @param sizes the shape
     */
    public abstract void output(int index, DType dtype, long[] sizes);

    /**
     * The only result.
     *
     * @param dtype the dtype
     * @param sizes the shape
     */
    public void output(DType dtype, long... sizes) {
        output(0, dtype, sizes);
    }

    /**
     * A result whose size along dimension 0 depends on elements: {@code sizes[0]} is its upper
     * bound. All results of the call that are bounded have as many elements along it. Reading the
     * number waits for the device, which observers see as a host sync.
     *
     * @param index the number of the result
     * @param dtype the dtype
     * @param sizes the shape
     */
    public abstract void outputBounded(int index, DType dtype, long[] sizes);

    /**
     * A result that only kernels of the same plugin understand (u8, one dimension), of the size
     * that the kernel's plan names; empty where a composite or a kernel without a plan serves.
     *
     * @param index the number of the result
     */
    public abstract void outputAuxiliary(int index);

    /**
     * The only result has an input's shape.
     *
     * @param input the number of the argument
     * @param dtype the dtype
     */
    public abstract void outputLike(int input, DType dtype);

    /**
     * The only result has the shape to which all tensor inputs broadcast.
     *
     * @param dtype the dtype
     */
    public abstract void outputBroadcast(DType dtype);

    /**
     * The dtype to which the tensor inputs and, where not null, the scalar promote.
     *
     * @param scalar a number that takes part; null for none
     * @return the dtype
     */
    public abstract DType promote(dev.keyway.@Nullable Scalar scalar);

    /**
     * The result is a view of an input.
     *
     * @param input the number of the argument
     * @param sizes the shape
     * @param strides in elements
     * @param storageOffset in elements
     */
    public abstract void alias(int input, long[] sizes, long[] strides, long storageOffset);

    /** In this call no argument changes, though the schema marks some as changed in place. */
    public abstract void changesNothing();

    /**
     * {@return an error that starts with the operator's name}
     *
     * @param message what is wrong: argument, what came, what was expected, and the remedy
     */
    public abstract ArgumentException error(String message);
}
