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
    /**
     * The forward call's attributes.
     *
     * @return the record
     */
    Attributes attributes();

    /**
     * The attributes as the operator's record.
     *
     * @param <A> the record
     * @param type the class of the record
     * @return the record
     */
    default <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }

    /**
     * {@return the gradient of a result; null where none flows}
     *
     * @param output the number of the result
     */
    @Nullable Tensor gradOrNull(int output);

    /** {@return the gradient of the first result} */
    Tensor grad();

    /**
     * A saved input, as it was in the forward call.
     *
     * @param index the number of the input
     * @return the tensor
     */
    Tensor input(int index);

    /**
     * A saved input, null when it was absent.
     *
     * @param index the number of the input
     * @return the tensor; null when absent
     */
    @Nullable Tensor inputOrNull(int index);

    /**
     * {@return a saved result}
     *
     * @param index the number of the result
     */
    Tensor output(int index);

    /** {@return the number of tensor inputs} */
    int inputCount();

    /**
     * {@return the shape of an input; known for all inputs, saved or not}
     *
     * @param index the number of the input
     */
    long[] inputSizes(int index);

    /**
     * {@return the strides of an input}
     *
     * @param index the number of the input
     */
    long[] inputStrides(int index);

    /**
     * {@return the storage offset of an input, in elements}
     *
     * @param index the number of the input
     */
    long inputStorageOffset(int index);

    /**
     * {@return the dtype of an input}
     *
     * @param index the number of the input
     */
    DType inputDType(int index);

    /**
     * {@return the device of an input}
     *
     * @param index the number of the input
     */
    dev.keyway.Device inputDevice(int index);

    /**
     * {@return whether the input was given and requires a gradient}
     *
     * @param index the number of the input
     */
    boolean needs(int index);

    /**
     * The gradient of an input. Broadcast dimensions are summed away and the dtype is converted by
     * the engine, so formulas of pointwise operators need not.
     *
     * @param input the number of the input
     * @param gradient handed over; null for none
     */
    void set(int input, @Nullable Tensor gradient);
}
