// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * f16 and bf16 rows of functions that only look at the sign, on the bits. NaN becomes quiet, as on
 * the way to f32 and back.
 */
final class HalfSigns {
    private static final VectorSpecies<Short> SPECIES = ShortVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Short.BYTES;
    private static final short SIGN_BIT = (short) 0x8000;
    private static final short MAGNITUDE_BITS = 0x7FFF;
    private static final ShortVector SIGN = splat(SIGN_BIT);
    private static final ShortVector MAGNITUDE = splat(MAGNITUDE_BITS);
    private static final ShortVector ZERO = splat((short) 0);

    private HalfSigns() {}

    /** The loop of a function in f16 or bf16; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op, DType dtype) {
        short infinity = (short) (dtype == DType.F16 ? 0x7C00 : 0x7F80);
        short quiet = (short) (dtype == DType.F16 ? 0x200 : 0x40);
        return switch (op) {
            case ABS -> (out, a, n) -> abs(out, a, n, infinity, quiet);
            case NEG -> (out, a, n) -> neg(out, a, n, infinity, quiet);
            case RELU -> (out, a, n) -> relu(out, a, n, infinity, quiet);
            default -> null;
        };
    }

    private static ShortVector load(long address) {
        return Exact.SHORTS.cast(ShortVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static ShortVector splat(short value) {
        return ShortVector.broadcast(SPECIES, value);
    }

    private static boolean isNan(short x, short infinity) {
        return (x & MAGNITUDE_BITS) > infinity;
    }

    private static void abs(long out, long a, long count, short infinity, short quiet) {
        ShortVector infinities = splat(infinity);
        ShortVector quiets = splat(quiet);
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ShortVector x = load(a + SIZE * i).and(MAGNITUDE);
            x.blend(x.or(quiets), x.compare(VectorOperators.GT, infinities))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            short x = Memory.getShort(a + SIZE * i);
            int y = isNan(x, infinity) ? x | quiet : x;
            Memory.putShort(out + SIZE * i, (short) (y & MAGNITUDE_BITS));
        }
    }

    private static void neg(long out, long a, long count, short infinity, short quiet) {
        ShortVector infinities = splat(infinity);
        ShortVector quiets = splat(quiet);
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ShortVector x = load(a + SIZE * i);
            ShortVector y = x.lanewise(VectorOperators.XOR, SIGN);
            y.blend(y.or(quiets), x.and(MAGNITUDE).compare(VectorOperators.GT, infinities))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            short x = Memory.getShort(a + SIZE * i);
            int y = isNan(x, infinity) ? x | quiet : x;
            Memory.putShort(out + SIZE * i, (short) (y ^ SIGN_BIT));
        }
    }

    private static void relu(long out, long a, long count, short infinity, short quiet) {
        ShortVector infinities = splat(infinity);
        ShortVector quiets = splat(quiet);
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ShortVector x = load(a + SIZE * i);
            x.max(ZERO)
                    .blend(x.or(quiets), x.and(MAGNITUDE).compare(VectorOperators.GT, infinities))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            short x = Memory.getShort(a + SIZE * i);
            int y = isNan(x, infinity) ? x | quiet : Math.max(x, 0);
            Memory.putShort(out + SIZE * i, (short) y);
        }
    }
}
