// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f32 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class FloatBasics {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** From here on all numbers are whole. */
    private static final FloatVector WHOLE = splat(0x1p23f);

    private static final IntVector WHOLE_BITS = WHOLE.reinterpretAsInts();
    private static final IntVector SIGN = splat(-0f).reinterpretAsInts();
    private static final FloatVector ZERO = splat(0);
    private static final FloatVector ONE = splat(1);

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
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    private static IntVector sign(FloatVector x) {
        return Exact.INTS.cast(x.reinterpretAsInts()).and(SIGN);
    }

    /** The nearest whole number, ties to even, without the sign of 0, of a number below WHOLE. */
    private static FloatVector nearest(FloatVector x, IntVector sign) {
        FloatVector far = Exact.FLOATS.cast(sign.or(WHOLE_BITS).reinterpretAsFloats());
        return x.add(far).sub(far);
    }

    /** A rounded number with its sign, and x instead where x was whole. */
    private static FloatVector rounded(FloatVector whole, FloatVector x, IntVector sign) {
        FloatVector signed =
                Exact.INTS.cast(whole.reinterpretAsInts()).or(sign).reinterpretAsFloats();
        return x.blend(signed, x.abs().compare(VectorOperators.LT, WHOLE));
    }

    private static FloatVector floored(FloatVector x) {
        IntVector sign = sign(x);
        FloatVector near = nearest(x, sign);
        return rounded(near.sub(ONE, near.compare(VectorOperators.GT, x)), x, sign);
    }

    private static FloatVector raised(FloatVector x) {
        IntVector sign = sign(x);
        FloatVector near = nearest(x, sign);
        return rounded(near.add(ONE, near.compare(VectorOperators.LT, x)), x, sign);
    }

    private static FloatVector wholed(FloatVector x) {
        IntVector sign = sign(x);
        return rounded(nearest(x, sign), x, sign);
    }

    private static FloatVector truncated(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector near = a.add(WHOLE).sub(WHOLE);
        return rounded(near.sub(ONE, near.compare(VectorOperators.GT, a)), x, sign(x));
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
            FloatVector x = load(a + SIZE * i);
            x.blend(ZERO, x.compare(VectorOperators.LE, ZERO))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
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
            ONE.div(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, 1 / x);
        }
    }

    private static void rsqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ONE.div(load(a + SIZE * i).lanewise(VectorOperators.SQRT))
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
            floored(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.floor(x));
        }
    }

    private static void ceil(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            raised(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.ceil(x));
        }
    }

    private static void round(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            wholed(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) Math.rint(x));
        }
    }

    private static void trunc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            truncated(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) (x < 0 ? Math.ceil(x) : Math.floor(x)));
        }
    }
}
