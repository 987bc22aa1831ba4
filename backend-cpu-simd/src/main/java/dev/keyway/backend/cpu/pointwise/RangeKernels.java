// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import org.jspecify.annotations.Nullable;

/** Registers numbers in equal steps, computed as the toolkit's kernel does; f32 in f64. */
@AutoService(KernelFamily.class)
public final class RangeKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public RangeKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.arange(RangeKernels::kernel);
    }

    private static @Nullable Kernel0 kernel(DType dtype) {
        return switch (dtype) {
            case F32, F64, I32, I64 ->
                    (call, out) -> {
                        Primitives.Arange given = call.attributes(Primitives.Arange.class);
                        run(dtype, given, out.address(), out.numel());
                    };
            default -> null;
        };
    }

    private static void run(DType dtype, Primitives.Arange given, long out, long count) {
        switch (dtype) {
            case F32 -> floats(out, given.start().doubleValue(), given.step().doubleValue(), count);
            case F64 ->
                    doubles(out, given.start().doubleValue(), given.step().doubleValue(), count);
            case I32 -> ints(out, given.start().longValue(), given.step().longValue(), count);
            default -> longs(out, given.start().longValue(), given.step().longValue(), count);
        }
    }

    private static void floats(long out, double start, double step, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + Float.BYTES * i, (float) (start + i * step));
        }
    }

    private static void doubles(long out, double start, double step, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putDouble(out + Double.BYTES * i, start + i * step);
        }
    }

    private static void ints(long out, long start, long step, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + Integer.BYTES * i, (int) (start + i * step));
        }
    }

    private static void longs(long out, long start, long step, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + Long.BYTES * i, start + i * step);
        }
    }
}
