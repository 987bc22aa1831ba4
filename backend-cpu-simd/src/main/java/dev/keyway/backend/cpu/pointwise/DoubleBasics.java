// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f64 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class DoubleBasics {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    /** From here on all numbers are whole. */
    private static final double WHOLE = 0x1p52;

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
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    /** The nearest whole number, ties to even, of a number that is not negative. */
    private static DoubleVector nearest(DoubleVector magnitude) {
        DoubleVector sum = magnitude.add(WHOLE).sub(WHOLE);
        return sum.blend(magnitude, magnitude.compare(VectorOperators.LT, WHOLE).not());
    }

    private static DoubleVector signed(DoubleVector magnitude, DoubleVector sign) {
        return magnitude.blend(magnitude.neg(), negative(sign));
    }

    private static VectorMask<Double> negative(DoubleVector x) {
        return x.test(VectorOperators.IS_NEGATIVE);
    }

    private static DoubleVector down(DoubleVector magnitude) {
        DoubleVector near = nearest(magnitude);
        return near.sub(1.0, near.compare(VectorOperators.GT, magnitude));
    }

    private static DoubleVector up(DoubleVector magnitude) {
        DoubleVector near = nearest(magnitude);
        return near.add(1.0, near.compare(VectorOperators.LT, magnitude));
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
            load(a + SIZE * i).max(0.0).intoMemorySegment(ALL, out + SIZE * i, ORDER);
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
            DoubleVector.broadcast(SPECIES, 1.0)
                    .div(load(a + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, 1 / x);
        }
    }

    private static void rsqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector.broadcast(SPECIES, 1.0)
                    .div(load(a + SIZE * i).lanewise(VectorOperators.SQRT))
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
            DoubleVector x = load(a + SIZE * i);
            signed(down(x.abs()).blend(up(x.abs()), negative(x)), x)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.floor(x));
        }
    }

    private static void ceil(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            signed(up(x.abs()).blend(down(x.abs()), negative(x)), x)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.ceil(x));
        }
    }

    private static void round(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            signed(nearest(x.abs()), x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, Math.rint(x));
        }
    }

    private static void trunc(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            DoubleVector x = load(a + SIZE * i);
            signed(down(x.abs()), x).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            double x = Memory.getDouble(a + SIZE * i);
            Memory.putDouble(out + SIZE * i, (x < 0 ? Math.ceil(x) : Math.floor(x)));
        }
    }
}
