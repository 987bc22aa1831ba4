// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.DType;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a backend names its kernels. The families below are the primitives: a backend with these
 * alone runs every operator, as the rest are composites. A factory is asked once for each opcode
 * and dtype when first needed and returns null for what it lacks; the core then tries the
 * composite, the fallback policy, or fails with an error that says so. Shapes are those that the
 * core guarantees:
 *
 * <ul>
 *   <li>pointwise families (unary, binary, compare, where): inputs and out of one shape, of the
 *       compute dtype (compare writes bool; where's condition is bool)
 *   <li>fill: any strides; copy: same shape, any strides, any pair of dtypes
 *   <li>reduce and argReduce: self is {@code [outer, n, inner]}, out {@code [outer, inner]}
 *   <li>scan: self and out {@code [outer, n, inner]}; sort: the same with two results, values and
 *       i64 indices
 *   <li>matmul: {@code [batch, m, k] x [batch, k, n] -> [batch, m, n]}
 *   <li>gather: self {@code [outer, n, inner]}, index (i64, checked by the kernel) {@code [outer,
 *       m, inner]}
 *   <li>scatter: writes into out {@code [outer, n, inner]} in place from index and source {@code
 *       [outer, m, inner]}
 *   <li>random, arange: out contiguous, one-dimensional
 *   <li>nonzero: self bool {@code [n]}, results i64 {@code [n]} and {@code [1]}
 * </ul>
 */
@ProviderType
public interface KernelRegistry {
    /**
     * A pointwise function of one tensor.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory);

    /**
     * A pointwise function of two tensors of one dtype.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory);

    /**
     * A pointwise comparison; out is bool. The dtype is the operands'.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory);

    /**
     * {@code out = self ? other : third}; self is bool.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void where(Layout layout, Function<DType, @Nullable Kernel3> factory);

    /**
     * Writes {@link Primitives.Fill#value} everywhere; every dtype is required.
     *
     * @param factory creates the kernel; asked once for each combination
     */
    void fill(Function<DType, @Nullable Kernel0> factory);

    /**
     * Copies and converts; every pair of dtypes is required.
     *
     * @param factory creates the kernel; asked once for each combination
     */
    void copy(CopyFactory factory);

    /**
     * Reduces dimension 1.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory);

    /**
     * Index (i64) along dimension 1 of the first largest or smallest; NaN counts as the extreme.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory);

    /**
     * Running reductions along dimension 1; {@link ScanOp} says in which order.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory);

    /**
     * Sorts along dimension 1, stably, ascending or descending as {@link Primitives.Sort} says. The
     * results are the values and the positions (i64) that they had. NaN is larger than all numbers,
     * -0.0 equals 0.0; equal elements keep their order in both directions.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void sort(Layout layout, Function<DType, @Nullable KernelN> factory);

    /**
     * Batched matrix product.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory);

    /**
     * {@code out[o, j, i] = self[o, index[o, j, i], i]}. Elements only move, so that a kernel for a
     * dtype in which the device does not compute spares converting {@code self}.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void gather(Layout layout, Function<DType, @Nullable Kernel2> factory);

    /**
     * {@code out[o, index[o, j, i], i] op= source[o, j, i]}, in order of j; the kernel's self is
     * index, other is source.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory);

    /**
     * Random numbers by Philox, {@link Primitives.Random}.
     *
     * @param factory creates the kernel; asked once for each combination
     */
    void random(OpcodeFactory<RandomOp, Kernel0> factory);

    /**
     * {@code out[i] = start + i * step}, {@link Primitives.Arange}.
     *
     * @param factory creates the kernel; asked once for each combination
     */
    void arange(Function<DType, @Nullable Kernel0> factory);

    /**
     * The positions of the true elements of a bool vector, ascending, at the start of the first
     * result, and their number in the second. What lies behind that number is never read.
     *
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory);

    /**
     * A kernel for a whole operator by its qualified name, which then wins over its composite. It
     * gets the operator's own arguments, {@code out} contiguous or as {@link Layout#CHANNELS_LAST}
     * has it, and inputs in the compute dtype (index and mask arguments keep theirs) and in the
     * layout; where the operator broadcasts, expanded to the sizes of {@code out}. For results of a
     * size that depends on elements ({@code MetaContext.outputBounded}) it is a {@code KernelN}
     * that gets one tensor more at the end of its results, i64 {@code [1]}, and writes to it how
     * many elements of dimension 0 there are. A kernel that is a {@link PlannedKernel} as well says
     * how large its auxiliary results are.
     *
     * <p>An operator may be named once for each layout; for a dtype the first that has a kernel
     * serves.
     *
     * @param qualifiedName name and overload, {@code add.Tensor}; with the namespace where it is
     *     not {@code aten}
     * @param layout the layout that inputs must have
     * @param factory creates the kernel; asked once for each combination
     */
    void operator(String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory);

    /**
     * Chains of pointwise operators in one pass; optional, results are the same without. The chains
     * are made of operators that this plugin's kernels would serve.
     *
     * @param kernels creates the kernels
     */
    default void fused(FusedKernels kernels) {}

    /**
     * Creates the kernel for an opcode and dtype.
     *
     * @param <O> the opcodes of the family
     * @param <K> the interface of its kernels
     */
    @FunctionalInterface
    interface OpcodeFactory<O, K extends Kernel> {
        /**
         * The kernel, or null when the backend has none.
         *
         * @param opcode the function
         * @param dtype the compute dtype
         * @return the kernel; null for none
         */
        @Nullable K create(O opcode, DType dtype);
    }

    /** Creates the copy kernel for a pair of dtypes. */
    @FunctionalInterface
    interface CopyFactory {
        /**
         * The kernel that converts {@code from} to {@code to}.
         *
         * @param from the dtype of the input
         * @param to the dtype of the result
         * @return the kernel; null for none
         */
        @Nullable Kernel1 create(DType from, DType to);
    }
}
