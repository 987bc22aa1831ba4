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

import java.util.Objects;

/** Registers matrix products in f32, f64, i32 and i64, for operands with any strides. */
@AutoService(KernelFamily.class)
public final class MatrixKernels implements KernelFamily {
    private static final Scalar ONE = Scalar.of(1L);

    /** For {@code ServiceLoader}. */
    public MatrixKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.matmul(Layout.STRIDED, dtype -> computes(dtype) ? batched() : null);
        registry.operator("bmm", Layout.STRIDED, dtype -> computes(dtype) ? batched() : null);
        registry.operator("mm", Layout.STRIDED, dtype -> computes(dtype) ? mm() : null);
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
        return (call, out, self, other) ->
                run(
                        call,
                        out.dtype(),
                        new int[] {size(out, 0), size(out, 1), size(out, 2), size(self, 2)},
                        matrix(out),
                        matrix(self),
                        matrix(other),
                        Matrix.ZERO,
                        ONE,
                        ONE);
    }

    private static Kernel2 mm() {
        return (call, out, self, mat2) ->
                product(
                        call,
                        out,
                        matrix(self),
                        matrix(mat2),
                        size(self, 1),
                        Matrix.ZERO,
                        ONE,
                        ONE);
    }

    private static Kernel addmm() {
        return (Kernel3)
                (call, out, self, mat1, third) -> {
                    AddmmAttributes attributes = call.attributes(AddmmAttributes.class);
                    Tensor mat2 = Objects.requireNonNull(third);
                    boolean ignored = attributes.beta().doubleValue() == 0;
                    product(
                            call,
                            out,
                            matrix(mat1),
                            matrix(mat2),
                            size(mat1, 1),
                            ignored ? Matrix.ZERO : expanded(self, out),
                            attributes.alpha(),
                            attributes.beta());
                };
    }

    private static Kernel linear() {
        return (Kernel3)
                (call, out, input, weight, bias) -> {
                    int features = size(weight, 1);
                    int outFeatures = size(weight, 0);
                    long rows = out.numel() / Math.max(1, outFeatures);
                    run(
                            call,
                            out.dtype(),
                            new int[] {1, Math.toIntExact(rows), outFeatures, features},
                            Matrix.of(out.address(), outFeatures, 1),
                            Matrix.of(input.address(), features, 1),
                            Matrix.of(weight.address(), 1, features),
                            bias == null ? Matrix.ZERO : Matrix.of(bias.address(), 0, 1),
                            ONE,
                            ONE);
                };
    }

    private static void product(
            KernelCall call,
            Tensor out,
            Matrix a,
            Matrix b,
            int k,
            Matrix start,
            Scalar alpha,
            Scalar beta) {
        int[] sizes = {1, size(out, 0), size(out, 1), k};
        run(call, out.dtype(), sizes, matrix(out), a, b, start, alpha, beta);
    }

    /** Sizes are batch, m, n, k. */
    private static void run(
            KernelCall call,
            DType dtype,
            int[] sizes,
            Matrix out,
            Matrix a,
            Matrix b,
            Matrix start,
            Scalar alpha,
            Scalar beta) {
        int batch = sizes[0];
        int m = sizes[1];
        int n = sizes[2];
        int k = sizes[3];
        switch (dtype) {
            case F32 ->
                    new FloatMatrixProduct(
                                    batch,
                                    m,
                                    n,
                                    k,
                                    out,
                                    a,
                                    b,
                                    start,
                                    (float) alpha.doubleValue(),
                                    (float) beta.doubleValue(),
                                    call.scratch(FloatMatrixProduct.scratchBytes(batch, n, k)))
                            .run(call.workers());
            case F64 ->
                    new DoubleMatrixProduct(
                                    batch,
                                    m,
                                    n,
                                    k,
                                    out,
                                    a,
                                    b,
                                    start,
                                    alpha.doubleValue(),
                                    beta.doubleValue(),
                                    call.scratch(DoubleMatrixProduct.scratchBytes(batch, n, k)))
                            .run(call.workers());
            case I32 ->
                    IntMatrixProduct.run(
                            call.workers(),
                            batch,
                            m,
                            n,
                            k,
                            out,
                            a,
                            b,
                            start,
                            (int) alpha.longValue(),
                            (int) beta.longValue());
            case I64 ->
                    LongMatrixProduct.run(
                            call.workers(),
                            batch,
                            m,
                            n,
                            k,
                            out,
                            a,
                            b,
                            start,
                            alpha.longValue(),
                            beta.longValue());
            default -> throw new IllegalArgumentException("matrix product of " + dtype);
        }
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
