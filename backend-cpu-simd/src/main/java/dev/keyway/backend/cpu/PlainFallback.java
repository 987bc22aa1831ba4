// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import dev.keyway.DType;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.UnaryOp;
import dev.keyway.spi.toolkit.PlainKernels;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The toolkit's plain kernels, kept at hand for what the vectorised ones leave out. */
public final class PlainFallback implements KernelRegistry {
    private @Nullable OpcodeFactory<UnaryOp, Kernel1> unary;
    private @Nullable OpcodeFactory<BinaryOp, Kernel2> binary;
    private @Nullable OpcodeFactory<CompareOp, Kernel2> compare;
    private @Nullable Function<DType, @Nullable Kernel3> where;
    private @Nullable OpcodeFactory<ReduceOp, Kernel1> reduce;
    private @Nullable OpcodeFactory<ArgReduceOp, Kernel1> argReduce;
    private @Nullable OpcodeFactory<ScatterOp, Kernel2> scatter;
    private @Nullable Function<DType, @Nullable Kernel2> gather;
    private @Nullable OpcodeFactory<RandomOp, Kernel0> random;
    private @Nullable CopyFactory copy;
    private @Nullable Function<DType, @Nullable Kernel0> fill;

    private @Nullable OpcodeFactory<ScanOp, Kernel1> scan;
    private @Nullable Function<DType, @Nullable KernelN> sort;

    private PlainFallback() {}

    /** The plain kernels over the given memory. */
    public static PlainFallback of(PlainKernels.Access access) {
        PlainFallback fallback = new PlainFallback();
        PlainKernels.register(fallback, access);
        return fallback;
    }

    /** The plain kernel of a pointwise function of one tensor, if there is one. */
    public @Nullable Kernel1 unary(UnaryOp op, DType dtype) {
        return Objects.requireNonNull(unary).create(op, dtype);
    }

    /** The plain kernel of a pointwise function of two tensors, if there is one. */
    public @Nullable Kernel2 binary(BinaryOp op, DType dtype) {
        return Objects.requireNonNull(binary).create(op, dtype);
    }

    /** The plain kernel of a comparison, if there is one. */
    public @Nullable Kernel2 compare(CompareOp op, DType dtype) {
        return Objects.requireNonNull(compare).create(op, dtype);
    }

    /** The plain kernel that chooses by a condition, if there is one. */
    public @Nullable Kernel3 where(DType dtype) {
        return Objects.requireNonNull(where).apply(dtype);
    }

    /** The plain kernel of a conversion, if there is one. */
    public @Nullable Kernel1 copy(DType from, DType to) {
        return Objects.requireNonNull(copy).create(from, to);
    }

    /** The plain kernel that fills, if there is one. */
    public @Nullable Kernel0 fill(DType dtype) {
        return Objects.requireNonNull(fill).apply(dtype);
    }

    /** The plain kernel of a reduction, if there is one. */
    public @Nullable Kernel1 reduce(ReduceOp op, DType dtype) {
        return Objects.requireNonNull(reduce).create(op, dtype);
    }

    /** The plain kernel of the position of an extreme, if there is one. */
    public @Nullable Kernel1 argReduce(ArgReduceOp op, DType dtype) {
        return Objects.requireNonNull(argReduce).create(op, dtype);
    }

    /** The plain kernel of a running reduction, if there is one. */
    public @Nullable Kernel1 scan(ScanOp op, DType dtype) {
        return Objects.requireNonNull(scan).create(op, dtype);
    }

    /** The plain kernel of random numbers, if there is one. */
    public @Nullable Kernel0 random(RandomOp op, DType dtype) {
        return Objects.requireNonNull(random).create(op, dtype);
    }

    /** The plain kernel that sorts, if there is one. */
    public @Nullable KernelN sort(DType dtype) {
        return Objects.requireNonNull(sort).apply(dtype);
    }

    /** The plain kernel that gathers, if there is one. */
    public @Nullable Kernel2 gather(DType dtype) {
        return Objects.requireNonNull(gather).apply(dtype);
    }

    /** The plain kernel that scatters, if there is one. */
    public @Nullable Kernel2 scatter(ScatterOp op, DType dtype) {
        return Objects.requireNonNull(scatter).create(op, dtype);
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        unary = factory;
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        binary = factory;
    }

    @Override
    public void copy(CopyFactory factory) {
        copy = factory;
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        fill = factory;
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        compare = factory;
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        where = factory;
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        reduce = factory;
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        argReduce = factory;
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        scan = factory;
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        sort = factory;
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {}

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        gather = factory;
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        scatter = factory;
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        random = factory;
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {}

    @Override
    public void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory) {}

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {}
}
