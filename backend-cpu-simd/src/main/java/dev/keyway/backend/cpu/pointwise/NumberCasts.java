// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Between the types in which kernels compute and integers; floating values saturate. */
final class NumberCasts {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    /* As many elements as the vectors that they become or were have. */
    private static final VectorSpecies<Integer> INTS_HALF =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.length() * Integer.SIZE));
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.length() * Short.SIZE));
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.max(64, INTS.length() * Byte.SIZE)));

    private static final Class<? extends IntVector> EXACT_HALF_INTS =
            IntVector.zero(INTS_HALF).getClass();
    private static final Class<? extends ShortVector> EXACT_SHORTS =
            ShortVector.zero(SHORTS).getClass();
    private static final Class<? extends ByteVector> EXACT_BYTES =
            ByteVector.zero(BYTES).getClass();

    /** Vectors of bytes have at least 64 bits. */
    private static final boolean HAS_BYTES = INTS.length() >= Long.BYTES;

    /** Truth values that are written at once. */
    private static final int TRUTHS = Math.max(FLOATS.length(), MaskBytes.COUNT);

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
                        case BOOL -> NumberCasts::f32ToBool;
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
        long full = HAS_BYTES ? count - count % INTS.length() : 0;
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.INTS
                    .cast(
                            EXACT_BYTES
                                    .cast(ByteVector.fromMemorySegment(BYTES, ALL, a + i, ORDER))
                                    .convertShape(VectorOperators.B2I, INTS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void boolToF32(long out, long a, long count) {
        long full = HAS_BYTES ? count - count % FLOATS.length() : 0;
        for (long i = 0; i < full; i += FLOATS.length()) {
            Exact.FLOATS
                    .cast(
                            EXACT_BYTES
                                    .cast(ByteVector.fromMemorySegment(BYTES, ALL, a + i, ORDER))
                                    .convertShape(VectorOperators.B2F, FLOATS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void boolToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, Memory.getByte(a + i));
        }
    }

    private static void u8ToI32(long out, long a, long count) {
        long full = HAS_BYTES ? count - count % INTS.length() : 0;
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.INTS
                    .cast(
                            EXACT_BYTES
                                    .cast(ByteVector.fromMemorySegment(BYTES, ALL, a + i, ORDER))
                                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, (Memory.getByte(a + i) & 0xFF));
        }
    }

    private static void u8ToF32(long out, long a, long count) {
        long full = HAS_BYTES ? count - count % INTS.length() : 0;
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.FLOATS
                    .cast(
                            Exact.INTS
                                    .cast(
                                            EXACT_BYTES
                                                    .cast(
                                                            ByteVector.fromMemorySegment(
                                                                    BYTES, ALL, a + i, ORDER))
                                                    .convertShape(
                                                            VectorOperators.ZERO_EXTEND_B2I,
                                                            INTS,
                                                            0))
                                    .convertShape(VectorOperators.I2F, FLOATS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + 4 * i, (Memory.getByte(a + i) & 0xFF));
        }
    }

    private static void i8ToI32(long out, long a, long count) {
        long full = HAS_BYTES ? count - count % INTS.length() : 0;
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.INTS
                    .cast(
                            EXACT_BYTES
                                    .cast(ByteVector.fromMemorySegment(BYTES, ALL, a + i, ORDER))
                                    .convertShape(VectorOperators.B2I, INTS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void i8ToF32(long out, long a, long count) {
        long full = HAS_BYTES ? count - count % FLOATS.length() : 0;
        for (long i = 0; i < full; i += FLOATS.length()) {
            Exact.FLOATS
                    .cast(
                            EXACT_BYTES
                                    .cast(ByteVector.fromMemorySegment(BYTES, ALL, a + i, ORDER))
                                    .convertShape(VectorOperators.B2F, FLOATS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + 4 * i, Memory.getByte(a + i));
        }
    }

    private static void i16ToI32(long out, long a, long count) {
        long full = count - count % INTS.length();
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.INTS
                    .cast(
                            EXACT_SHORTS
                                    .cast(
                                            ShortVector.fromMemorySegment(
                                                    SHORTS, ALL, a + 2 * i, ORDER))
                                    .convertShape(VectorOperators.S2I, INTS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getShort(a + 2 * i));
        }
    }

    private static void i16ToF32(long out, long a, long count) {
        long full = count - count % FLOATS.length();
        for (long i = 0; i < full; i += FLOATS.length()) {
            Exact.FLOATS
                    .cast(
                            EXACT_SHORTS
                                    .cast(
                                            ShortVector.fromMemorySegment(
                                                    SHORTS, ALL, a + 2 * i, ORDER))
                                    .convertShape(VectorOperators.S2F, FLOATS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
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
        long full = count - count % LONGS.length();
        for (long i = 0; i < full; i += LONGS.length()) {
            Exact.LONGS
                    .cast(
                            EXACT_HALF_INTS
                                    .cast(
                                            IntVector.fromMemorySegment(
                                                    INTS_HALF, ALL, a + 4 * i, ORDER))
                                    .convertShape(VectorOperators.I2L, LONGS, 0))
                    .intoMemorySegment(ALL, out + 8 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putLong(out + 8 * i, Memory.getInt(a + 4 * i));
        }
    }

    private static void i32ToF32(long out, long a, long count) {
        long full = count - count % FLOATS.length();
        for (long i = 0; i < full; i += FLOATS.length()) {
            Exact.FLOATS
                    .cast(
                            Exact.INTS
                                    .cast(IntVector.fromMemorySegment(INTS, ALL, a + 4 * i, ORDER))
                                    .convertShape(VectorOperators.I2F, FLOATS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
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
        long full = count - count % INTS.length();
        for (long i = 0; i < full; i += INTS.length()) {
            Exact.INTS
                    .cast(
                            Exact.FLOATS
                                    .cast(
                                            FloatVector.fromMemorySegment(
                                                    FLOATS, ALL, a + 4 * i, ORDER))
                                    .convertShape(VectorOperators.F2I, INTS, 0))
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, (int) Memory.getFloat(a + 4 * i));
        }
    }

    private static void f32ToI64(long out, long a, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(out + 8 * i, (long) Memory.getFloat(a + 4 * i));
        }
    }

    private static void f32ToF64(long out, long a, long count) {
        long full = count - count % DOUBLES.length();
        for (long i = 0; i < full; i += DOUBLES.length()) {
            FloatHalves.load(a + 4 * i).intoMemorySegment(ALL, out + 8 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putDouble(out + 8 * i, Memory.getFloat(a + 4 * i));
        }
    }

    private static void f64ToF32(long out, long a, long count) {
        long full = count - count % DOUBLES.length();
        for (long i = 0; i < full; i += DOUBLES.length()) {
            FloatHalves.store(
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(DOUBLES, ALL, a + 8 * i, ORDER)),
                    out + 4 * i);
        }
        for (long i = full; i < count; i++) {
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

    private static void f32ToBool(long out, long a, long count) {
        long full = count - count % TRUTHS;
        for (long i = 0; i < full; i += TRUTHS) {
            long bits = 0;
            for (int k = 0; k < TRUTHS; k += FLOATS.length()) {
                FloatVector x =
                        Exact.FLOATS.cast(
                                FloatVector.fromMemorySegment(FLOATS, ALL, a + 4 * (i + k), ORDER));
                bits |= x.compare(VectorOperators.NE, 0f).toLong() << k;
            }
            MaskBytes.put(out + i, bits, TRUTHS);
        }
        for (long i = full; i < count; i++) {
            Memory.putByte(out + i, (byte) (Memory.getFloat(a + 4 * i) != 0 ? 1 : 0));
        }
    }
}
