// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.attributes.NanToNumAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.Half;
import org.jspecify.annotations.Nullable;

/** Registers {@code nan_to_num} in the floating dtypes. */
@AutoService(KernelFamily.class)
public final class FiniteKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public FiniteKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "nan_to_num",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> kernel(DType.F32, Float.MAX_VALUE);
                            case F64 -> kernel(DType.F64, Double.MAX_VALUE);
                            case F16 -> half(65504, (short) 0x7C00, Half::doubleToFloat16);
                            case BF16 -> half(0x1.FEp127, (short) 0x7F80, Half::doubleToBfloat16);
                            default -> null;
                        });
    }

    private static Kernel1 kernel(DType dtype, double largest) {
        int size = dtype.itemSize();
        return (call, out, self) -> {
            var a = call.attributes(NanToNumAttributes.class);
            double nan = number(a.nan(), 0);
            double high = number(a.posinf(), largest);
            double low = number(a.neginf(), -largest);
            long to = out.address();
            long from = self.address();
            call.workers()
                    .parallel(
                            out.numel(),
                            Rows.CHUNK,
                            (start, end) -> {
                                long at = size * start;
                                long count = end - start;
                                if (dtype == DType.F32) {
                                    FloatFinite.run(
                                            to + at,
                                            from + at,
                                            (float) nan,
                                            (float) high,
                                            (float) low,
                                            count);
                                } else {
                                    DoubleFinite.run(to + at, from + at, nan, high, low, count);
                                }
                            });
        };
    }

    /** Converts to the bits of a type of half precision. */
    @FunctionalInterface
    private interface Bits {
        short of(double number);
    }

    private static Kernel1 half(double largest, short infinity, Bits bits) {
        return (call, out, self) -> {
            var a = call.attributes(NanToNumAttributes.class);
            short nan = bits.of(number(a.nan(), 0));
            short high = bits.of(number(a.posinf(), largest));
            short low = bits.of(number(a.neginf(), -largest));
            long to = out.address();
            long from = self.address();
            call.workers()
                    .parallel(
                            out.numel(),
                            Rows.CHUNK,
                            (start, end) ->
                                    HalfFinite.run(
                                            to + Short.BYTES * start,
                                            from + Short.BYTES * start,
                                            infinity,
                                            nan,
                                            high,
                                            low,
                                            end - start));
        };
    }

    private static double number(@Nullable Double given, double otherwise) {
        return given == null ? otherwise : given;
    }
}
