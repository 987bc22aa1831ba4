// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f64 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class DoubleBasics {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    /** From here on all numbers are whole. */
    private static final DoubleVector WHOLE = splat(0x1p52);

    private static final LongVector WHOLE_BITS = WHOLE.reinterpretAsLongs();
    private static final LongVector SIGN = splat(-0.0).reinterpretAsLongs();
    private static final DoubleVector ZERO = splat(0);
    private static final DoubleVector ONE = splat(1);

    private DoubleBasics() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case NEG -> DoubleBasics::neg;
            case ABS -> DoubleBasics::abs;
            case SIGN -> DoubleBasics::sign;
            case RELU -> DoubleBasics::relu;
            case SQRT -> DoubleBasics::sqrt;
            case RECIPROCAL -> DoubleBasics::reciprocal;
            case RSQRT -> DoubleBasics::rsqrt;
            case FLOOR -> DoubleBasics::floor;
            case CEIL -> DoubleBasics::ceil;
            case ROUND -> DoubleBasics::round;
            case TRUNC -> DoubleBasics::trunc;
            default -> null;
        };
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static LongVector sign(DoubleVector x) {
        return Exact.LONGS.cast(x.reinterpretAsLongs()).and(SIGN);
    }

    /** The nearest whole number, ties to even, without the sign of 0, of a number below WHOLE. */
    private static DoubleVector nearest(DoubleVector x, LongVector sign) {
        DoubleVector far = Exact.DOUBLES.cast(sign.or(WHOLE_BITS).reinterpretAsDoubles());
        return x.add(far).sub(far);
    }

    /** A rounded number with its sign, and x instead where x was whole. */
    private static DoubleVector rounded(DoubleVector whole, DoubleVector x, LongVector sign) {
        DoubleVector signed =
                Exact.LONGS.cast(whole.reinterpretAsLongs()).or(sign).reinterpretAsDoubles();
        return x.blend(signed, x.abs().compare(VectorOperators.LT, WHOLE));
    }

    private static DoubleVector floored(DoubleVector x) {
        LongVector sign = sign(x);
        DoubleVector near = nearest(x, sign);
        return rounded(near.sub(ONE, near.compare(VectorOperators.GT, x)), x, sign);
    }

    private static DoubleVector raised(DoubleVector x) {
        LongVector sign = sign(x);
        DoubleVector near = nearest(x, sign);
        return rounded(near.add(ONE, near.compare(VectorOperators.LT, x)), x, sign);
    }

    private static DoubleVector wholed(DoubleVector x) {
        LongVector sign = sign(x);
        return rounded(nearest(x, sign), x, sign);
    }

    private static DoubleVector truncated(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector near = a.add(WHOLE).sub(WHOLE);
        return rounded(near.sub(ONE, near.compare(VectorOperators.GT, a)), x, sign(x));
    }

    private static void neg(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).neg().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, -x);
        }
    }

    private static void abs(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).abs().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.abs(x));
        }
    }

    private static void sign(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            DoubleVector.zero(SPECIES)
                    .blend(1, x.compare(VectorOperators.GT, 0))
                    .blend(-1, x.compare(VectorOperators.LT, 0))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, x > 0 ? 1 : x < 0 ? -1 : 0);
        }
    }

    private static void relu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            x.blend(ZERO, x.compare(VectorOperators.LE, ZERO))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.max(x, 0.0));
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
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.sqrt(x));
        }
    }

    private static void reciprocal(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ONE.div(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, 1 / x);
        }
    }

    private static void rsqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ONE.div(load(a + SIZE * i).lanewise(VectorOperators.SQRT))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, 1 / Math.sqrt(x));
        }
    }

    private static void floor(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            floored(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.floor(x));
        }
    }

    private static void ceil(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            raised(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.ceil(x));
        }
    }

    private static void round(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            wholed(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.rint(x));
        }
    }

    private static void trunc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            truncated(load(a + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, (x < 0 ? Math.ceil(x) : Math.floor(x)));
        }
    }
}
