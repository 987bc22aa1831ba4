// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddcdivAttributes;
import dev.keyway.attributes.AddcmulAttributes;
import dev.keyway.attributes.LerpScalarAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Registers addcmul, addcdiv and lerp with a number in f32 and f64: one pass over operands of any
 * strides, in the order of operations of the composites.
 */
@AutoService(KernelFamily.class)
public final class TernaryKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public TernaryKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        three(
                registry,
                "addcmul",
                a -> ((AddcmulAttributes) a).value().doubleValue(),
                FloatTernary::addcmul,
                DoubleTernary::addcmul);
        three(
                registry,
                "addcdiv",
                a -> ((AddcdivAttributes) a).value().doubleValue(),
                FloatTernary::addcdiv,
                DoubleTernary::addcdiv);
        registry.operator(
                "lerp.Scalar",
                Layout.STRIDED,
                dtype ->
                        switch (dtype) {
                            case F32 -> lerp(FloatTernary::lerp, Float.BYTES);
                            case F64 -> lerp(DoubleTernary::lerp, Double.BYTES);
                            default -> null;
                        });
    }

    private static void three(
            KernelRegistry registry,
            String name,
            ToDoubleFunction<Attributes> value,
            TernaryRow single,
            TernaryRow twofold) {
        registry.operator(
                name,
                Layout.STRIDED,
                dtype ->
                        switch (dtype) {
                            case F32 -> kernel(value, single, Float.BYTES);
                            case F64 -> kernel(value, twofold, Double.BYTES);
                            default -> null;
                        });
    }

    private static Kernel kernel(ToDoubleFunction<Attributes> value, TernaryRow row, int size) {
        Kernel3 kernel =
                (call, out, self, first, second) ->
                        run(
                                call,
                                out,
                                self,
                                first,
                                Objects.requireNonNull(second),
                                value.applyAsDouble(call.attributes(Attributes.class)),
                                size,
                                row);
        return kernel;
    }

    private static Kernel lerp(TernaryRow row, int size) {
        Kernel2 kernel =
                (call, out, self, end) -> {
                    double weight =
                            call.attributes(LerpScalarAttributes.class).weight().doubleValue();
                    run(call, out, self, end, end, weight, size, row);
                };
        return kernel;
    }

    private static void run(
            KernelCall call,
            Tensor out,
            Tensor first,
            Tensor second,
            Tensor third,
            double value,
            int size,
            TernaryRow row) {
        StridedLoop loop = StridedLoop.of(out, first, second, third);
        boolean vectors = Rows.areVectors(loop) && Rows.isStep(loop.rowStride(3));
        long to = out.address();
        long a = first.address();
        long b = second.address();
        long c = third.address();
        long stepA = loop.rowStride(1);
        long stepB = loop.rowStride(2);
        long stepC = loop.rowStride(3);
        long length = loop.rowSize();
        if (vectors && loop.rows() == 1) {
            call.workers()
                    .parallel(
                            length,
                            Rows.CHUNK,
                            (start, end) ->
                                    row.run(
                                            to + size * start,
                                            a + size * start * stepA,
                                            stepA,
                                            b + size * start * stepB,
                                            stepB,
                                            c + size * start * stepC,
                                            stepC,
                                            value,
                                            end - start));
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, Rows.CHUNK / Math.max(1, length)),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                long at = to + size * cursor.offset(0);
                                long x = a + size * cursor.offset(1);
                                long y = b + size * cursor.offset(2);
                                long z = c + size * cursor.offset(3);
                                if (vectors) {
                                    row.run(at, x, stepA, y, stepB, z, stepC, value, length);
                                } else {
                                    for (long i = 0; i < length; i++) {
                                        row.run(
                                                at + size * i * loop.rowStride(0),
                                                x + size * i * stepA,
                                                1,
                                                y + size * i * stepB,
                                                1,
                                                z + size * i * stepC,
                                                1,
                                                value,
                                                1);
                                    }
                                }
                                cursor.advance();
                            }
                        });
    }
}
