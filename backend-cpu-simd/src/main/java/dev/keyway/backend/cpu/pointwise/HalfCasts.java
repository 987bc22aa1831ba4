// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;
import org.jspecify.annotations.Nullable;

/** Between f16, bf16 and f32; each rounds once, half to even. */
final class HalfCasts {
    private HalfCasts() {}

    /** The loop of a conversion; null where it has none. */
    static @Nullable UnaryRow row(DType from, DType to) {
        return switch (from) {
            case F16 ->
                    switch (to) {
                        case F32 -> HalfCasts::f16ToF32;
                        default -> null;
                    };
            case BF16 ->
                    switch (to) {
                        case F32 -> HalfCasts::bf16ToF32;
                        default -> null;
                    };
            case F32 ->
                    switch (to) {
                        case F16 -> HalfCasts::f32ToF16;
                        case BF16 -> HalfCasts::f32ToBf16;
                        default -> null;
                    };
            default -> null;
        };
    }

    private static void f16ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, Float.float16ToFloat(Memory.getShort(a + 2 * i)));
        }
    }

    private static void bf16ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getShort(a + 2 * i) << 16);
        }
    }

    private static void f32ToF16(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putShort(out + 2 * i, Float.floatToFloat16(Memory.getFloat(a + 4 * i)));
        }
    }

    private static void f32ToBf16(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putShort(out + 2 * i, Half.floatToBfloat16(Memory.getFloat(a + 4 * i)));
        }
    }
}
