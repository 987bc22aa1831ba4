// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.attributes.ThresholdBackwardAttributes;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

/** Registers {@code threshold_backward} for f32 and f64; other dtypes run the composite. */
@AutoService(KernelFamily.class)
public final class ThresholdKernels implements KernelFamily {
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public ThresholdKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "threshold_backward",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> FLOAT;
                            case F64 -> DOUBLE;
                            default -> null;
                        });
    }

    private static final Kernel2 FLOAT =
            (call, out, grad, self) -> {
                double given =
                        call.attributes(ThresholdBackwardAttributes.class)
                                .threshold()
                                .doubleValue();
                float threshold = (float) given;
                long to = out.address();
                long a = grad.address();
                long b = self.address();
                call.workers()
                        .parallel(
                                out.numel(),
                                CHUNK,
                                (start, end) ->
                                        FloatThreshold.backward(
                                                to + 4 * start,
                                                a + 4 * start,
                                                b + 4 * start,
                                                threshold,
                                                end - start));
            };

    private static final Kernel2 DOUBLE =
            (call, out, grad, self) -> {
                double threshold =
                        call.attributes(ThresholdBackwardAttributes.class)
                                .threshold()
                                .doubleValue();
                long to = out.address();
                long a = grad.address();
                long b = self.address();
                call.workers()
                        .parallel(
                                out.numel(),
                                CHUNK,
                                (start, end) ->
                                        DoubleThreshold.backward(
                                                to + 8 * start,
                                                a + 8 * start,
                                                b + 8 * start,
                                                threshold,
                                                end - start));
            };
}
