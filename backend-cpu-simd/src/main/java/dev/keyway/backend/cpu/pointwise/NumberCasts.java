// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Memory;
import org.jspecify.annotations.Nullable;

/** Between the types in which kernels compute and integers; floating values saturate. */
final class NumberCasts {
    private NumberCasts() {}

    /** The loop of a conversion; null where it has none. */
    static @Nullable UnaryRow row(DType from, DType to) {
        return switch (from) {
            case BOOL ->
                    switch (to) {
                        case I32 -> NumberCasts::boolToI32;
                        case F32 -> NumberCasts::boolToF32;
                        case I64 -> NumberCasts::boolToI64;
                        default -> null;
                    };
            case U8 ->
                    switch (to) {
                        case I32 -> NumberCasts::u8ToI32;
                        case F32 -> NumberCasts::u8ToF32;
                        default -> null;
                    };
            case I8 ->
                    switch (to) {
                        case I32 -> NumberCasts::i8ToI32;
                        case F32 -> NumberCasts::i8ToF32;
                        default -> null;
                    };
            case I16 ->
                    switch (to) {
                        case I32 -> NumberCasts::i16ToI32;
                        case F32 -> NumberCasts::i16ToF32;
                        default -> null;
                    };
            case I32 ->
                    switch (to) {
                        case U8 -> NumberCasts::i32ToU8;
                        case I8 -> NumberCasts::i32ToI8;
                        case I16 -> NumberCasts::i32ToI16;
                        case I64 -> NumberCasts::i32ToI64;
                        case F32 -> NumberCasts::i32ToF32;
                        case F64 -> NumberCasts::i32ToF64;
                        default -> null;
                    };
            case I64 ->
                    switch (to) {
                        case I32 -> NumberCasts::i64ToI32;
                        case F32 -> NumberCasts::i64ToF32;
                        case F64 -> NumberCasts::i64ToF64;
                        default -> null;
                    };
            case F32 ->
                    switch (to) {
                        case I32 -> NumberCasts::f32ToI32;
                        case I64 -> NumberCasts::f32ToI64;
                        case F64 -> NumberCasts::f32ToF64;
                        default -> null;
                    };
            case F64 ->
                    switch (to) {
                        case F32 -> NumberCasts::f64ToF32;
                        case I32 -> NumberCasts::f64ToI32;
                        case I64 -> NumberCasts::f64ToI64;
                        default -> null;
                    };
            default -> null;
        };
    }

    private static void boolToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void boolToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void boolToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, Memory.getByte(a + i));
        }
    }

    private static void u8ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, (Memory.getByte(a + i) & 0xFF));
        }
    }

    private static void u8ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, (Memory.getByte(a + i) & 0xFF));
        }
    }

    private static void i8ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void i8ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void i16ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getShort(a + 2 * i));
        }
    }

    private static void i16ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, Memory.getShort(a + 2 * i));
        }
    }

    private static void i32ToU8(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putByte(out + i, (byte) Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToI8(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putByte(out + i, (byte) Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToI16(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putShort(out + 2 * i, (short) Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, (float) Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToF64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putDouble(out + 8 * i, Memory.getInt(a + 4 * i));
        }
    }

    private static void i64ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, (int) Memory.getLong(a + 8 * i));
        }
    }

    private static void i64ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, (float) Memory.getLong(a + 8 * i));
        }
    }

    private static void i64ToF64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putDouble(out + 8 * i, Memory.getLong(a + 8 * i));
        }
    }

    private static void f32ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, (int) Memory.getFloat(a + 4 * i));
        }
    }

    private static void f32ToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, (long) Memory.getFloat(a + 4 * i));
        }
    }

    private static void f32ToF64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putDouble(out + 8 * i, Memory.getFloat(a + 4 * i));
        }
    }

    private static void f64ToF32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putFloat(out + 4 * i, (float) Memory.getDouble(a + 8 * i));
        }
    }

    private static void f64ToI32(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(out + 4 * i, (int) Memory.getDouble(a + 8 * i));
        }
    }

    private static void f64ToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, (long) Memory.getDouble(a + 8 * i));
        }
    }
}
