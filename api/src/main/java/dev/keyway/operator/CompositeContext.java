// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a composite gets: attributes, device, and the primitives that have no operator of their own.
 * The primitives record no gradient: an operator whose composite uses one has a gradient formula.
 */
@ProviderType
public interface CompositeContext {
    /**
     * The attributes.
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

    /** {@return the device of the call} */
    Device device();

    /** {@return the compute dtype that the meta function chose} */
    DType dtype();

    /**
     * {@return the shape that the meta function chose for a result}
     *
     * @param index the number of the result
     */
    long[] outputSizes(int index);

    /**
     * {@return the dtype that the meta function chose for a result}
     *
     * @param index the number of the result
     */
    DType outputDType(int index);

    /**
     * {@return an uninitialised tensor}
     *
     * @param dtype the dtype
     * @param sizes the shape
     */
    Tensor empty(DType dtype, long... sizes);

    /**
     * Writes the value to every element of {@code out} (any strides) and returns it.
     *
     * @param out the tensor to write
     * @param value the number, converted to the dtype
     * @return {@code out}
     */
    Tensor fill(Tensor out, Scalar value);

    /**
     * Copies {@code self} into {@code out}, of one shape, any strides and dtypes; returns out.
     *
     * @param out the tensor to write
     * @param self the tensor to read
     * @return {@code out}
     */
    Tensor copy(Tensor out, Tensor self);

    /**
     * Reduces dimension 1 of {@code [outer, n, inner]} to {@code [outer, inner]}.
     *
     * @param opcode which function
     * @param self the tensor to read
     * @return a new tensor
     */
    Tensor reduce(ReduceOp opcode, Tensor self);

    /**
     * Positions of extremes along dimension 1 of {@code [outer, n, inner]}, i64.
     *
     * @param opcode which function
     * @param self the tensor to read
     * @return a new tensor
     */
    Tensor argReduce(ArgReduceOp opcode, Tensor self);

    /**
     * Running reduction along dimension 1 of {@code [outer, n, inner]}, of the same shape.
     *
     * @param opcode which function
     * @param self the tensor to read
     * @return a new tensor
     */
    Tensor scan(ScanOp opcode, Tensor self);

    /**
     * Sorts stably along dimension 1 of {@code [outer, n, inner]}; returns values and i64
     * positions. NaN is the largest.
     *
     * @param self the tensor to read
     * @param descending whether the largest come first
     * @return values and positions
     */
    Tensor[] sort(Tensor self, boolean descending);

    /**
     * {@code [b, m, k] x [b, k, n]}.
     *
     * @param self the tensor to read
     * @param other the second factor
     * @return the product {@code [b, m, n]}
     */
    Tensor matmul(Tensor self, Tensor other);

    /**
     * {@return whether the device gathers elements of a dtype, be it that it does not compute in
     * it}
     *
     * @param dtype the dtype
     */
    boolean gathers(DType dtype);

    /**
     * Gathers along dimension 1 of {@code [outer, n, inner]}.
     *
     * @param self the tensor to read
     * @param index positions along dimension 1, i64
     * @return a new tensor
     */
    Tensor gather(Tensor self, Tensor index);

    /**
     * Scatters along dimension 1 into the contiguous {@code out}; returns out.
     *
     * @param opcode which function
     * @param out the tensor to write
     * @param index positions along dimension 1, i64
     * @param source what is scattered, of the shape of the index
     * @return {@code out}
     */
    Tensor scatter(ScatterOp opcode, Tensor out, Tensor index, Tensor source);

    /**
     * {@return the positions of the true elements of a bool vector, ascending, i64 {@code [count]}}
     * Waits for the device, which observers see as a host sync.
     *
     * @param self the tensor to read
     */
    Tensor nonzero(Tensor self);

    /**
     * {@code start + i * step} for i below {@code numel}.
     *
     * @param dtype the dtype
     * @param start the first number
     * @param step the distance of neighbours
     * @param numel how many
     * @return a new vector
     */
    Tensor arange(DType dtype, Scalar start, Scalar step, long numel);

    /**
     * Random numbers from the generator ({@code null}: the runtime's), one-dimensional.
     *
     * @param opcode which function
     * @param dtype the dtype
     * @param numel how many
     * @param generator null for the one of the runtime
     * @param from lowest integer of INTEGER
     * @param to exclusive bound of INTEGER
     * @param probability of BERNOULLI
     * @return a new vector
     */
    Tensor random(
            RandomOp opcode,
            DType dtype,
            long numel,
            dev.keyway.@Nullable Generator generator,
            long from,
            long to,
            double probability);

    /**
     * {@return an error that starts with the operator's name}
     *
     * @param message what is wrong, and the remedy
     */
    dev.keyway.ArgumentException error(String message);
}
