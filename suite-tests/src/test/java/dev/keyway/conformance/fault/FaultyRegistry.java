// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.UnaryOp;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Passes kernels on, changed where the choice says so. */
final class FaultyRegistry implements KernelRegistry {
    private final KernelRegistry right;
    private final Choice choice;
    private final UnaryOperator<FusedKernels> chains;

    FaultyRegistry(KernelRegistry right, Choice choice, UnaryOperator<FusedKernels> chains) {
        this.right = right;
        this.choice = choice;
        this.chains = chains;
    }

    /** Which kernels change. */
    @FunctionalInterface
    interface Choice {
        /**
         * The change of this kernel, null for none.
         *
         * @param family as the registry's method: {@code unary}; {@code operator} for a whole one
         * @param opcode the family's opcode, the source dtype of a copy, the operator's name, or
         *     the family again
         * @param dtype of the factory's argument; of a copy, the target's
         */
        @Nullable Change of(String family, Object opcode, DType dtype);
    }

    /** The right computation. */
    @FunctionalInterface
    interface Right {
        void run(KernelCall call, Tensor[] out, Inputs inputs);
    }

    /** What a wrong kernel does instead of, before or after the right computation. */
    @FunctionalInterface
    interface Change {
        void run(KernelCall call, Right right, Tensor[] out, Inputs inputs);
    }

    private @Nullable Kernel0 none(
            String family, Object opcode, DType dtype, @Nullable Kernel0 kernel) {
        Change change = choice.of(family, opcode, dtype);
        if (kernel == null || change == null) {
            return kernel;
        }
        Right direct = (call, out, in) -> kernel.run(call, out[0]);
        return (call, out) -> change.run(call, direct, new Tensor[] {out}, Inputs.of());
    }

    private @Nullable Kernel1 one(
            String family, Object opcode, DType dtype, @Nullable Kernel1 kernel) {
        Change change = choice.of(family, opcode, dtype);
        if (kernel == null || change == null) {
            return kernel;
        }
        Right direct = (call, out, in) -> kernel.run(call, out[0], in.get(0));
        return (call, out, self) -> change.run(call, direct, new Tensor[] {out}, Inputs.of(self));
    }

    private @Nullable Kernel2 two(
            String family, Object opcode, DType dtype, @Nullable Kernel2 kernel) {
        Change change = choice.of(family, opcode, dtype);
        if (kernel == null || change == null) {
            return kernel;
        }
        Right direct = (call, out, in) -> kernel.run(call, out[0], in.get(0), in.get(1));
        return (call, out, self, other) ->
                change.run(call, direct, new Tensor[] {out}, Inputs.of(self, other));
    }

    private @Nullable Kernel3 three(
            String family, Object opcode, DType dtype, @Nullable Kernel3 kernel) {
        Change change = choice.of(family, opcode, dtype);
        if (kernel == null || change == null) {
            return kernel;
        }
        Right direct =
                (call, out, in) -> kernel.run(call, out[0], in.get(0), in.get(1), in.list().get(2));
        return (call, out, self, other, third) ->
                change.run(call, direct, new Tensor[] {out}, Inputs.of(self, other, third));
    }

    private @Nullable KernelN several(
            String family, Object opcode, DType dtype, @Nullable KernelN kernel) {
        Change change = choice.of(family, opcode, dtype);
        if (kernel == null || change == null) {
            return kernel;
        }
        Right direct =
                (call, out, in) ->
                        kernel.run(call, out, in.list().toArray(new @Nullable Tensor[0]));
        return (call, out, inputs) -> change.run(call, direct, out, Inputs.of(inputs));
    }

    private @Nullable Kernel any(String name, DType dtype, @Nullable Kernel kernel) {
        return switch (kernel) {
            case null -> null;
            case Kernel0 k -> none("operator", name, dtype, k);
            case Kernel1 k -> one("operator", name, dtype, k);
            case Kernel2 k -> two("operator", name, dtype, k);
            case Kernel3 k -> three("operator", name, dtype, k);
            case KernelN k -> several("operator", name, dtype, k);
        };
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        right.unary(layout, (op, t) -> one("unary", op, t, factory.create(op, t)));
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        right.binary(layout, (op, t) -> two("binary", op, t, factory.create(op, t)));
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        right.compare(layout, (op, t) -> two("compare", op, t, factory.create(op, t)));
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        right.where(layout, t -> three("where", "where", t, factory.apply(t)));
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        right.fill(t -> none("fill", "fill", t, factory.apply(t)));
    }

    @Override
    public void copy(CopyFactory factory) {
        right.copy((from, to) -> one("copy", from, to, factory.create(from, to)));
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        right.reduce(layout, (op, t) -> one("reduce", op, t, factory.create(op, t)));
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        right.argReduce(layout, (op, t) -> one("argReduce", op, t, factory.create(op, t)));
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        right.scan(layout, (op, t) -> one("scan", op, t, factory.create(op, t)));
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        right.sort(layout, t -> several("sort", "sort", t, factory.apply(t)));
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        right.matmul(layout, t -> two("matmul", "matmul", t, factory.apply(t)));
    }

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        right.gather(layout, t -> two("gather", "gather", t, factory.apply(t)));
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        right.scatter(layout, (op, t) -> two("scatter", op, t, factory.create(op, t)));
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        right.random((op, t) -> none("random", op, t, factory.create(op, t)));
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {
        right.arange(t -> none("arange", "arange", t, factory.apply(t)));
    }

    @Override
    public void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory) {
        right.nonzero(layout, t -> several("nonzero", "nonzero", t, factory.apply(t)));
    }

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {
        right.operator(qualifiedName, layout, t -> any(qualifiedName, t, factory.apply(t)));
    }

    @Override
    public void fused(FusedKernels kernels) {
        right.fused(chains.apply(kernels));
    }
}
