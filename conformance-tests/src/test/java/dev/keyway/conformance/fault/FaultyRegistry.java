// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

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

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Passes kernels on with a fault in each. */
final class FaultyRegistry implements KernelRegistry {
    private final KernelRegistry right;
    private final Fault fault;

    FaultyRegistry(KernelRegistry right, Fault fault) {
        this.right = right;
        this.fault = fault;
    }

    private @Nullable Kernel0 wrap(@Nullable Kernel0 kernel) {
        return kernel == null
                ? null
                : (call, out) -> fault.run((o, in) -> kernel.run(call, o), out, List.of());
    }

    private @Nullable Kernel1 wrap(@Nullable Kernel1 kernel) {
        return kernel == null
                ? null
                : (call, out, self) ->
                        fault.run(
                                (o, in) -> kernel.run(call, o, required(in, 0)),
                                out,
                                Arrays.asList(self));
    }

    private @Nullable Kernel2 wrap(@Nullable Kernel2 kernel) {
        return kernel == null
                ? null
                : (call, out, self, other) ->
                        fault.run(
                                (o, in) -> kernel.run(call, o, required(in, 0), required(in, 1)),
                                out,
                                Arrays.asList(self, other));
    }

    private @Nullable Kernel3 wrap(@Nullable Kernel3 kernel) {
        return kernel == null
                ? null
                : (call, out, self, other, third) ->
                        fault.run(
                                (o, in) ->
                                        kernel.run(
                                                call,
                                                o,
                                                required(in, 0),
                                                required(in, 1),
                                                in.get(2)),
                                out,
                                Arrays.asList(self, other, third));
    }

    private static dev.keyway.Tensor required(List<dev.keyway.@Nullable Tensor> inputs, int index) {
        return java.util.Objects.requireNonNull(inputs.get(index));
    }

    private @Nullable Kernel any(@Nullable Kernel kernel) {
        return switch (kernel) {
            case null -> null;
            case Kernel0 k -> wrap(k);
            case Kernel1 k -> wrap(k);
            case Kernel2 k -> wrap(k);
            case Kernel3 k -> wrap(k);
            case KernelN k -> severalResults(k);
        };
    }

    private @Nullable KernelN severalOrNull(@Nullable KernelN kernel) {
        return kernel == null ? null : severalResults(kernel);
    }

    /** Every result gets the fault. */
    private KernelN severalResults(KernelN kernel) {
        return (call, out, inputs) -> {
            Fault.Right right =
                    (o, in) ->
                            kernel.run(call, out, in.toArray(new dev.keyway.@Nullable Tensor[0]));
            for (int i = 1; i < out.length; i++) {
                Fault.Right inner = right;
                dev.keyway.Tensor result = out[i];
                right = (o, in) -> fault.run(inner, result, in);
            }
            fault.run(right, out[0], Arrays.asList(inputs));
        };
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        right.unary(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        right.binary(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        right.compare(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        right.where(layout, dtype -> wrap(factory.apply(dtype)));
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        right.fill(dtype -> wrap(factory.apply(dtype)));
    }

    @Override
    public void copy(CopyFactory factory) {
        right.copy((from, to) -> wrap(factory.create(from, to)));
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        right.reduce(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        right.argReduce(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        right.scan(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        right.sort(layout, dtype -> severalOrNull(factory.apply(dtype)));
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        right.matmul(layout, dtype -> wrap(factory.apply(dtype)));
    }

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        right.gather(layout, dtype -> wrap(factory.apply(dtype)));
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        right.scatter(layout, (opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        right.random((opcode, dtype) -> wrap(factory.create(opcode, dtype)));
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {
        right.arange(dtype -> wrap(factory.apply(dtype)));
    }

    @Override
    public void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory) {
        right.nonzero(
                layout,
                dtype -> {
                    KernelN kernel = factory.apply(dtype);
                    return kernel == null ? null : severalResults(kernel);
                });
    }

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {
        right.operator(qualifiedName, layout, dtype -> any(factory.apply(dtype)));
    }
}
