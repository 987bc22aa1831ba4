// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Objects;

/** Registers {@code add.Tensor} for f32, with any factor. */
@AutoService(KernelFamily.class)
public final class SumKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public SumKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "add.Tensor",
                Layout.STRIDED,
                dtype -> dtype == DType.F32 ? scaledAdd(plain) : null);
    }

    /** {@code self + alpha * other}; with an alpha of 1 the kernel of the plain sum. */
    private static Kernel2 scaledAdd(PlainFallback plain) {
        Kernel2 sum =
                Objects.requireNonNull(PointwiseKernels.binary(plain, BinaryOp.ADD, DType.F32));
        return (call, out, self, other) -> {
            float alpha = (float) call.attributes(AddTensorAttributes.class).alpha().doubleValue();
            if (alpha == 1) {
                sum.run(call, out, self, other);
            } else {
                scaled(call, out, self, other, alpha);
            }
        };
    }

    private static void scaled(
            KernelCall call, Tensor out, Tensor self, Tensor other, float alpha) {
        StridedLoop loop = StridedLoop.of(out, self, other);
        long to = out.address();
        long a = self.address();
        long b = other.address();
        long row = loop.rowSize();
        if (loop.rows() == 1 && loop.isContiguous()) {
            call.workers()
                    .parallel(
                            row,
                            Rows.CHUNK,
                            (start, end) ->
                                    FloatScaledAdd.run(
                                            to + 4 * start,
                                            a + 4 * start,
                                            b + 4 * start,
                                            alpha,
                                            end - start));
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, Rows.CHUNK / Math.max(row, 1)),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                FloatScaledAdd.run(
                                        to + 4 * cursor.offset(0),
                                        4 * loop.rowStride(0),
                                        a + 4 * cursor.offset(1),
                                        4 * loop.rowStride(1),
                                        b + 4 * cursor.offset(2),
                                        4 * loop.rowStride(2),
                                        alpha,
                                        row);
                                cursor.advance();
                            }
                        });
    }
}
