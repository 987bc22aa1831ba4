// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a gradient formula sees. Tensors that it gets are not its own; those it sets are handed
 * over.
 */
@ProviderType
public interface GradientContext {
    /** The forward call's attributes. */
    Attributes attributes();

    /** The attributes as the operator's record. */
    default <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }

    /** The gradient of a result; null where none flows. */
    @Nullable Tensor gradOrNull(int output);

    /** The gradient of the first result. */
    Tensor grad();

    /** A saved input, as it was in the forward call. */
    Tensor input(int index);

    /** A saved input, null when it was absent. */
    @Nullable Tensor inputOrNull(int index);

    /** A saved result. */
    Tensor output(int index);

    /** The number of tensor inputs. */
    int inputCount();

    /** The shape of an input; known for all inputs, saved or not. */
    long[] inputSizes(int index);

    /** The strides of an input. */
    long[] inputStrides(int index);

    /** The storage offset of an input, in elements. */
    long inputStorageOffset(int index);

    /** The dtype of an input. */
    DType inputDType(int index);

    /** The device of an input. */
    dev.keyway.Device inputDevice(int index);

    /** Whether the input was given and requires a gradient. */
    boolean needs(int index);

    /**
     * The gradient of an input. Broadcast dimensions are summed away and the dtype is converted by
     * the engine, so formulas of pointwise operators need not.
     */
    void set(int input, @Nullable Tensor gradient);
}
