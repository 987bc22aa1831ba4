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
    /** The attributes. */
    Attributes attributes();

    /** The attributes as the operator's record. */
    default <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }

    /** The device of the call. */
    Device device();

    /** The compute dtype that the meta function chose. */
    DType dtype();

    /** The shape that the meta function chose for a result. */
    long[] outputSizes(int index);

    /** The dtype that the meta function chose for a result. */
    DType outputDType(int index);

    /** An uninitialised tensor. */
    Tensor empty(DType dtype, long... sizes);

    /** Writes the value to every element of {@code out} (any strides) and returns it. */
    Tensor fill(Tensor out, Scalar value);

    /** Copies {@code self} into {@code out}, of one shape, any strides and dtypes; returns out. */
    Tensor copy(Tensor out, Tensor self);

    /** Reduces dimension 1 of {@code [outer, n, inner]} to {@code [outer, inner]}. */
    Tensor reduce(ReduceOp opcode, Tensor self);

    /** Positions of extremes along dimension 1 of {@code [outer, n, inner]}, i64. */
    Tensor argReduce(ArgReduceOp opcode, Tensor self);

    /** Running reduction along dimension 1 of {@code [outer, n, inner]}, of the same shape. */
    Tensor scan(ScanOp opcode, Tensor self);

    /**
     * Sorts stably along dimension 1 of {@code [outer, n, inner]}; returns values and i64
     * positions. NaN is the largest.
     */
    Tensor[] sort(Tensor self, boolean descending);

    /** {@code [b, m, k] x [b, k, n]}. */
    Tensor matmul(Tensor self, Tensor other);

    /** Whether the device gathers elements of a dtype, be it that it does not compute in it. */
    boolean gathers(DType dtype);

    /** Gathers along dimension 1 of {@code [outer, n, inner]}. */
    Tensor gather(Tensor self, Tensor index);

    /** Scatters along dimension 1 into the contiguous {@code out}; returns out. */
    Tensor scatter(ScatterOp opcode, Tensor out, Tensor index, Tensor source);

    /**
     * The positions of the true elements of a bool vector, ascending, i64 {@code [count]}. Waits
     * for the device, which observers see as a host sync.
     */
    Tensor nonzero(Tensor self);

    /** {@code start + i * step} for i below {@code numel}. */
    Tensor arange(DType dtype, Scalar start, Scalar step, long numel);

    /**
     * Random numbers from the generator ({@code null}: the runtime's), one-dimensional.
     *
     * @param from lowest integer of INTEGER
     * @param to exclusive bound of INTEGER
     * @param probability of BERNOULLI
     */
    Tensor random(
            RandomOp opcode,
            DType dtype,
            long numel,
            dev.keyway.@Nullable Generator generator,
            long from,
            long to,
            double probability);

    /** An error that starts with the operator's name. */
    dev.keyway.ArgumentException error(String message);
}
