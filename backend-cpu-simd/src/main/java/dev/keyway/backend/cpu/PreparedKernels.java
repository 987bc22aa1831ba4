// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import dev.keyway.DType;
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
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.UnaryOp;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose kernels wait for {@link KernelCompilation#prepare} when they are made, which is
 * before their first call: what the JVM compiles before the directive is there keeps its code.
 */
record PreparedKernels(KernelRegistry registry) implements KernelRegistry {
    private static <O, K extends Kernel> OpcodeFactory<O, K> prepared(OpcodeFactory<O, K> factory) {
        return (opcode, dtype) -> {
            KernelCompilation.prepare();
            return factory.create(opcode, dtype);
        };
    }

    private static <K extends Kernel> Function<DType, @Nullable K> prepared(
            Function<DType, @Nullable K> factory) {
        return dtype -> {
            KernelCompilation.prepare();
            return factory.apply(dtype);
        };
    }

    @Override
    public void unary(Layout layout, OpcodeFactory<UnaryOp, Kernel1> factory) {
        registry.unary(layout, prepared(factory));
    }

    @Override
    public void binary(Layout layout, OpcodeFactory<BinaryOp, Kernel2> factory) {
        registry.binary(layout, prepared(factory));
    }

    @Override
    public void compare(Layout layout, OpcodeFactory<CompareOp, Kernel2> factory) {
        registry.compare(layout, prepared(factory));
    }

    @Override
    public void where(Layout layout, Function<DType, @Nullable Kernel3> factory) {
        registry.where(layout, prepared(factory));
    }

    @Override
    public void fill(Function<DType, @Nullable Kernel0> factory) {
        registry.fill(prepared(factory));
    }

    @Override
    public void copy(CopyFactory factory) {
        registry.copy(
                (from, to) -> {
                    KernelCompilation.prepare();
                    return factory.create(from, to);
                });
    }

    @Override
    public void reduce(Layout layout, OpcodeFactory<ReduceOp, Kernel1> factory) {
        registry.reduce(layout, prepared(factory));
    }

    @Override
    public void argReduce(Layout layout, OpcodeFactory<ArgReduceOp, Kernel1> factory) {
        registry.argReduce(layout, prepared(factory));
    }

    @Override
    public void scan(Layout layout, OpcodeFactory<ScanOp, Kernel1> factory) {
        registry.scan(layout, prepared(factory));
    }

    @Override
    public void sort(Layout layout, Function<DType, @Nullable KernelN> factory) {
        registry.sort(layout, prepared(factory));
    }

    @Override
    public void matmul(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        registry.matmul(layout, prepared(factory));
    }

    @Override
    public void gather(Layout layout, Function<DType, @Nullable Kernel2> factory) {
        registry.gather(layout, prepared(factory));
    }

    @Override
    public void scatter(Layout layout, OpcodeFactory<ScatterOp, Kernel2> factory) {
        registry.scatter(layout, prepared(factory));
    }

    @Override
    public void random(OpcodeFactory<RandomOp, Kernel0> factory) {
        registry.random(prepared(factory));
    }

    @Override
    public void arange(Function<DType, @Nullable Kernel0> factory) {
        registry.arange(prepared(factory));
    }

    @Override
    public void nonzero(Layout layout, Function<DType, @Nullable KernelN> factory) {
        registry.nonzero(layout, prepared(factory));
    }

    @Override
    public void operator(
            String qualifiedName, Layout layout, Function<DType, @Nullable Kernel> factory) {
        registry.operator(qualifiedName, layout, prepared(factory));
    }

    @Override
    public void fused(FusedKernels kernels) {
        registry.fused(new Fused(kernels));
    }

    private record Fused(FusedKernels kernels) implements FusedKernels {
        @Override
        public boolean takes(PointwiseStep step) {
            return kernels.takes(step);
        }

        @Override
        public long smallest() {
            return kernels.smallest();
        }

        @Override
        public KernelN create(PointwiseProgram program) {
            KernelCompilation.prepare();
            return kernels.create(program);
        }
    }
}
