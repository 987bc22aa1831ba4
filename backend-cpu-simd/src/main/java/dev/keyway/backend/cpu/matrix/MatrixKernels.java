// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.Scalar;
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
import java.util.function.LongConsumer;

/** Registers matrix products in f32, f64, i32 and i64, for operands with any strides. */
@AutoService(KernelFamily.class)
public final class MatrixKernels implements KernelFamily {
    private static final Scalar ONE = Scalar.of(1L);

    /** What is packed faster than it is found. */
    private static final long LEAST_KEPT = 1024;

    /** The columns of a right operand, packed. */
    private static final Object COLUMNS = new Object();

    /** The rows of weights, packed as columns. */
    private static final Object ROWS = new Object();

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
            int[] sizes = {size(out, 0), size(out, 1), size(out, 2), size(self, 2)};
            Product product =
                    new Product(sizes, matrix(out), matrix(self), matrix(other), Matrix.ZERO);
            run(call, out.dtype(), product, other, COLUMNS);
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
            int[] sizes = {1, size(out, 0), size(out, 1), size(self, 1)};
            Product product =
                    new Product(sizes, matrix(out), matrix(self), matrix(mat2), Matrix.ZERO);
            run(call, out.dtype(), product, mat2, COLUMNS);
        };
    }

    private static Kernel addmm() {
        return (Kernel3)
                (call, out, self, mat1, third) -> {
                    AddmmAttributes attributes = call.attributes(AddmmAttributes.class);
                    Tensor mat2 = Objects.requireNonNull(third);
                    boolean ignored = attributes.beta().doubleValue() == 0;
                    Product product =
                            new Product(
                                    new int[] {1, size(out, 0), size(out, 1), size(mat1, 1)},
                                    matrix(out),
                                    matrix(mat1),
                                    matrix(mat2),
                                    ignored ? Matrix.ZERO : expanded(self, out),
                                    attributes.alpha(),
                                    attributes.beta());
                    run(call, out.dtype(), product, mat2, COLUMNS);
                };
    }

    private static Kernel linear() {
        return (Kernel3)
                (call, out, input, weight, bias) -> {
                    int features = size(weight, 1);
                    int outFeatures = size(weight, 0);
                    long rows = out.numel() / Math.max(1, outFeatures);
                    Product product =
                            new Product(
                                    new int[] {1, Math.toIntExact(rows), outFeatures, features},
                                    Matrix.of(out.address(), outFeatures, 1),
                                    Matrix.of(input.address(), features, 1),
                                    Matrix.of(weight.address(), 1, features),
                                    bias == null ? Matrix.ZERO : Matrix.of(bias.address(), 0, 1));
                    run(call, out.dtype(), product, weight, ROWS);
                };
    }

    /**
     * What to compute.
     *
     * @param sizes batch, m, n, k
     */
    private record Product(
            int[] sizes, Matrix out, Matrix a, Matrix b, Matrix start, Scalar alpha, Scalar beta) {
        Product(int[] sizes, Matrix out, Matrix a, Matrix b, Matrix start) {
            this(sizes, out, a, b, start, ONE, ONE);
        }
    }

    /** Of the right operand, {@code b}, packed columns are kept in this form. */
    private static void run(KernelCall call, DType dtype, Product of, Tensor b, Object form) {
        switch (dtype) {
            case F32 -> runFloat(call, of, b, form);
            case F64 -> runDouble(call, of, b, form);
            case I32 ->
                    IntMatrixProduct.run(
                            call.workers(),
                            of.sizes[0],
                            of.sizes[1],
                            of.sizes[2],
                            of.sizes[3],
                            of.out,
                            of.a,
                            of.b,
                            of.start,
                            (int) of.alpha.longValue(),
                            (int) of.beta.longValue());
            case I64 ->
                    LongMatrixProduct.run(
                            call.workers(),
                            of.sizes[0],
                            of.sizes[1],
                            of.sizes[2],
                            of.sizes[3],
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
        FloatMatrixProduct product =
                new FloatMatrixProduct(
                        of.sizes[0],
                        of.sizes[1],
                        of.sizes[2],
                        of.sizes[3],
                        of.out,
                        of.a,
                        of.b,
                        of.start,
                        (float) of.alpha.doubleValue(),
                        (float) of.beta.doubleValue());
        Tensor kept =
                kept(call, b, form, product.packedBytes(), m -> product.pack(call.workers(), m));
        if (kept != null) {
            product.runPacked(call.workers(), kept.address());
        } else {
            product.run(call.workers(), call.scratch(product.scratchBytes()));
        }
    }

    private static void runDouble(KernelCall call, Product of, Tensor b, Object form) {
        DoubleMatrixProduct product =
                new DoubleMatrixProduct(
                        of.sizes[0],
                        of.sizes[1],
                        of.sizes[2],
                        of.sizes[3],
                        of.out,
                        of.a,
                        of.b,
                        of.start,
                        of.alpha.doubleValue(),
                        of.beta.doubleValue());
        Tensor kept =
                kept(call, b, form, product.packedBytes(), m -> product.pack(call.workers(), m));
        if (kept != null) {
            product.runPacked(call.workers(), kept.address());
        } else {
            product.run(call.workers(), call.scratch(product.scratchBytes()));
        }
    }

    private static @Nullable Tensor kept(
            KernelCall call, Tensor b, Object form, long bytes, LongConsumer pack) {
        return bytes < LEAST_KEPT
                ? null
                : call.derived(b, form, bytes, memory -> pack.accept(memory.address()));
    }

    private static int size(Tensor tensor, int dim) {
        return Math.toIntExact(tensor.size(dim));
    }

    private static Matrix matrix(Tensor tensor) {
        int dim = tensor.dim();
        return new Matrix(
                tensor.address(),
                dim == 3 ? tensor.stride(0) : 0,
                tensor.stride(dim - 2),
                tensor.stride(dim - 1));
    }

    /** A tensor of up to two dimensions, broadcast to the shape of out. */
    private static Matrix expanded(Tensor self, Tensor out) {
        long[] strides = new long[2];
        for (int i = 0; i < self.dim(); i++) {
            int dim = 2 - self.dim() + i;
            strides[dim] = self.size(i) == out.size(dim) ? self.stride(i) : 0;
        }
        return Matrix.of(self.address(), strides[0], strides[1]);
    }
}
