// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddmmAttributes;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Consumer;

/** Registers matrix products in f32, f64, i32 and i64, for operands with any strides. */
@AutoService(KernelFamily.class)
public final class MatrixKernels implements KernelFamily {
    /** What is packed faster than it is found. */
    private static final long LEAST_KEPT = 1024;

    /** The columns of a right operand, packed. */
    private static final Object COLUMNS = new Object();

    /** The rows of weights, packed as columns. */
    private static final Object ROWS = new Object();

    /** The same for {@link FloatLargeProduct}. */
    private static final Object LARGE_COLUMNS = new Object();

    private static final Object LARGE_ROWS = new Object();

    /** For {@code ServiceLoader}. */
    public MatrixKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.matmul(Layout.STRIDED, dtype -> computes(dtype) ? batched() : null);
        registry.operator("bmm", Layout.STRIDED, dtype -> computes(dtype) ? batched() : null);
        registry.operator("mm", Layout.STRIDED, dtype -> computes(dtype) ? mm(dtype) : null);
        registry.operator("addmm", Layout.STRIDED, dtype -> computes(dtype) ? addmm() : null);
        registry.operator("linear", Layout.CONTIGUOUS, dtype -> computes(dtype) ? linear() : null);
    }

    private static boolean computes(DType dtype) {
        return switch (dtype) {
            case F32, F64, I32, I64 -> true;
            default -> false;
        };
    }

    private static Kernel2 batched() {
        return (call, out, self, other) -> {
            Product product = Product.take(size(out, 0), size(out, 1), size(out, 2), size(self, 2));
            run(call, product, out, self, other);
        };
    }

    private static Kernel2 mm(DType dtype) {
        Kernel2 general = mm();
        return switch (dtype) {
            case F32 ->
                    (call, out, self, mat2) -> {
                        if (!FloatSmallProduct.run(out, self, mat2)) {
                            general.run(call, out, self, mat2);
                        }
                    };
            case F64 ->
                    (call, out, self, mat2) -> {
                        if (!DoubleSmallProduct.run(out, self, mat2)) {
                            general.run(call, out, self, mat2);
                        }
                    };
            default -> general;
        };
    }

    private static Kernel2 mm() {
        return (call, out, self, mat2) -> {
            Product product = Product.take(1, size(out, 0), size(out, 1), size(self, 1));
            run(call, product, out, self, mat2);
        };
    }

    private static Kernel addmm() {
        return (Kernel3)
                (call, out, self, mat1, third) -> {
                    AddmmAttributes attributes = call.attributes(AddmmAttributes.class);
                    Tensor mat2 = Objects.requireNonNull(third);
                    Product product = Product.take(1, size(out, 0), size(out, 1), size(mat1, 1));
                    if (attributes.beta().doubleValue() != 0) {
                        product.add(self, out);
                    }
                    product.alpha = attributes.alpha();
                    product.beta = attributes.beta();
                    run(call, product, out, mat1, mat2);
                };
    }

    private static Kernel linear() {
        return (Kernel3)
                (call, out, input, weight, bias) -> {
                    int features = size(weight, 1);
                    int outFeatures = size(weight, 0);
                    long rows = out.numel() / Math.max(1, outFeatures);
                    Product product = Product.take(1, Math.toIntExact(rows), outFeatures, features);
                    product.out.set(out.address(), 0, outFeatures, 1);
                    product.a.set(input.address(), 0, features, 1);
                    product.b.set(weight.address(), 0, 1, features);
                    if (bias != null) {
                        product.start = product.added.set(bias.address(), 0, 0, 1);
                    }
                    run(call, out.dtype(), product, weight, ROWS);
                    product.give();
                };
    }

    /** Operands with any strides. */
    private static void run(KernelCall call, Product of, Tensor out, Tensor self, Tensor other) {
        Product.set(of.out, out);
        Product.set(of.a, self);
        Product.set(of.b, other);
        run(call, out.dtype(), of, other, COLUMNS);
        of.give();
    }

    /** Of the right operand, {@code b}, packed columns are kept in this form. */
    private static void run(KernelCall call, DType dtype, Product of, Tensor b, Object form) {
        switch (dtype) {
            case F32 -> runFloat(call, of, b, form);
            case F64 -> runDouble(call, of, b, form);
            case I32 ->
                    IntMatrixProduct.run(
                            call.workers(),
                            of.batch,
                            of.m,
                            of.n,
                            of.k,
                            of.out,
                            of.a,
                            of.b,
                            of.start,
                            (int) of.alpha.longValue(),
                            (int) of.beta.longValue());
            case I64 ->
                    LongMatrixProduct.run(
                            call.workers(),
                            of.batch,
                            of.m,
                            of.n,
                            of.k,
                            of.out,
                            of.a,
                            of.b,
                            of.start,
                            of.alpha.longValue(),
                            of.beta.longValue());
            default -> throw new IllegalArgumentException("matrix product of " + dtype);
        }
    }

    private static void runFloat(KernelCall call, Product of, Tensor b, Object form) {
        if (FloatLargeProduct.suits(of.batch, of.m, of.n, of.k, of.b)) {
            FloatLargeProduct large = of.largeFloats();
            if (large.fits()) {
                runLarge(call, of, large, b, form == ROWS ? LARGE_ROWS : LARGE_COLUMNS);
                return;
            }
        }
        FloatMatrixProduct product = of.floats();
        long bytes = product.packedBytes();
        Tensor kept = kept(call, b, form, bytes, of.packingFloats(call.workers()));
        if (kept != null) {
            of.runPackedFloats(call.workers(), kept.address());
        } else {
            product.run(call.workers(), call.scratch(product.scratchBytes()));
        }
    }

    private static void runLarge(
            KernelCall call, Product of, FloatLargeProduct product, Tensor b, Object form) {
        long bytes = product.packedBytes();
        Tensor kept = kept(call, b, form, bytes, of.packingLargeFloats(call.workers()));
        if (kept != null) {
            of.runPackedLargeFloats(
                    call.workers(), kept.address(), call.scratch(product.rowBytes()));
        } else {
            product.run(call.workers(), call.scratch(product.scratchBytes()));
        }
    }

    private static void runDouble(KernelCall call, Product of, Tensor b, Object form) {
        DoubleMatrixProduct product = of.doubles();
        long bytes = product.packedBytes();
        Tensor kept = kept(call, b, form, bytes, of.packingDoubles(call.workers()));
        if (kept != null) {
            product.runPacked(call.workers(), kept.address());
        } else {
            product.run(call.workers(), call.scratch(product.scratchBytes()));
        }
    }

    private static @Nullable Tensor kept(
            KernelCall call, Tensor b, Object form, long bytes, Consumer<Tensor> pack) {
        return bytes < LEAST_KEPT ? null : call.derived(b, form, bytes, pack);
    }

    private static int size(Tensor tensor, int dim) {
        return Math.toIntExact(tensor.size(dim));
    }
}
