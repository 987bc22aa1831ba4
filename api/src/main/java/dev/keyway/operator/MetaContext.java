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

    /** Number of tensor arguments, absent optional ones included. */
    public abstract int inputCount();

    /** A tensor argument that must be there. */
    public abstract Tensor input(int index);

    /** A tensor argument, null when absent. */
    public abstract @Nullable Tensor inputOrNull(int index);

    /** The attributes. */
    public abstract Attributes attributes();

    /** The attributes as the operator's record. */
    public <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }

    /** The device of the call. */
    public abstract Device device();

    /** The dtype in which kernels compute; inputs are converted to it. */
    public abstract void compute(DType dtype);

    /** The shape and dtype of a result. */
    public abstract void output(int index, DType dtype, long[] sizes);

    /** The only result. */
    public void output(DType dtype, long... sizes) {
        output(0, dtype, sizes);
    }

    /**
     * A result whose size along dimension 0 depends on elements: {@code sizes[0]} is its upper
     * bound. All results of the call that are bounded have as many elements along it. Reading the
     * number waits for the device, which observers see as a host sync.
     */
    public abstract void outputBounded(int index, DType dtype, long[] sizes);

    /**
     * A result that only kernels of the same plugin understand (u8, one dimension), of the size
     * that the kernel's plan names; empty where a composite or a kernel without a plan serves.
     */
    public abstract void outputAuxiliary(int index);

    /** The only result has an input's shape. */
    public abstract void outputLike(int input, DType dtype);

    /** The only result has the shape to which all tensor inputs broadcast. */
    public abstract void outputBroadcast(DType dtype);

    /** The dtype to which the tensor inputs and, where not null, the scalar promote. */
    public abstract DType promote(dev.keyway.@Nullable Scalar scalar);

    /** The result is a view of an input. */
    public abstract void alias(int input, long[] sizes, long[] strides, long storageOffset);

    /** In this call no argument changes, though the schema marks some as changed in place. */
    public abstract void changesNothing();

    /** An error that starts with the operator's name. */
    public abstract ArgumentException error(String message);
}
