// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f32 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class FloatBasics {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** From here on all numbers are whole. */
    private static final float WHOLE = 0x1p23f;

    private FloatBasics() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case NEG -> FloatBasics::neg;
            case ABS -> FloatBasics::abs;
            case SIGN -> FloatBasics::sign;
            case RELU -> FloatBasics::relu;
            case SQRT -> FloatBasics::sqrt;
            case RECIPROCAL -> FloatBasics::reciprocal;
            case RSQRT -> FloatBasics::rsqrt;
            case FLOOR -> FloatBasics::floor;
            case CEIL -> FloatBasics::ceil;
            case ROUND -> FloatBasics::round;
            case TRUNC -> FloatBasics::trunc;
            default -> null;
        };
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    /** The nearest whole number, ties to even, of a number that is not negative. */
    private static FloatVector nearest(FloatVector magnitude) {
        FloatVector sum = magnitude.add(WHOLE).sub(WHOLE);
        return sum.blend(magnitude, magnitude.compare(VectorOperators.LT, WHOLE).not());
    }

    private static FloatVector signed(FloatVector magnitude, FloatVector sign) {
        return magnitude.blend(magnitude.neg(), negative(sign));
    }

    private static VectorMask<Float> negative(FloatVector x) {
        return x.test(VectorOperators.IS_NEGATIVE);
    }

    private static FloatVector down(FloatVector magnitude) {
        FloatVector near = nearest(magnitude);
        return near.sub(1f, near.compare(VectorOperators.GT, magnitude));
    }

    private static FloatVector up(FloatVector magnitude) {
        FloatVector near = nearest(magnitude);
        return near.add(1f, near.compare(VectorOperators.LT, magnitude));
    }

    private static void neg(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).neg().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, -x);
        }
    }

    private static void abs(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).abs().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, Math.abs(x));
        }
    }

    private static void sign(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            FloatVector.zero(SPECIES)
                    .blend(1f, x.compare(VectorOperators.GT, 0f))
                    .blend(-1f, x.compare(VectorOperators.LT, 0f))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, x > 0 ? 1 : x < 0 ? -1 : 0);
        }
    }

    private static void relu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).max(0f).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, Math.max(x, 0f));
        }
    }

    private static void sqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i)
                    .lanewise(VectorOperators.SQRT)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.sqrt(x));
        }
    }

    private static void reciprocal(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector.broadcast(SPECIES, 1f)
                    .div(load(a + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, 1 / x);
        }
    }

    private static void rsqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector.broadcast(SPECIES, 1f)
                    .div(load(a + SIZE * i).lanewise(VectorOperators.SQRT))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, 1 / (float) Math.sqrt(x));
        }
    }

    private static void floor(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            signed(down(x.abs()).blend(up(x.abs()), negative(x)), x)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.floor(x));
        }
    }

    private static void ceil(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            signed(up(x.abs()).blend(down(x.abs()), negative(x)), x)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.ceil(x));
        }
    }

    private static void round(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            signed(nearest(x.abs()), x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.rint(x));
        }
    }

    private static void trunc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i);
            signed(down(x.abs()), x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) (x < 0 ? Math.ceil(x) : Math.floor(x)));
        }
    }
}
