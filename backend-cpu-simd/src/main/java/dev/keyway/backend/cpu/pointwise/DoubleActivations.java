// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/** f64 rows of activation functions. */
final class DoubleActivations {
    private static final int SIZE = Double.BYTES;

    private DoubleActivations() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case TANH -> DoubleActivations::tanh;
            case SIGMOID -> DoubleActivations::sigmoid;
            case SILU -> DoubleActivations::silu;
            default -> null;
        };
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(long address, VectorMask<Double> mask) {
        return Exact.DOUBLES.cast(
                DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static VectorMask<Double> tail(long left) {
        return SPECIES.indexInRange(0, left);
    }

    private static void tanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.tanh(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.tanh(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void sigmoid(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.sigmoid(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.sigmoid(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void silu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleMath.silu(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = tail(count - full);
            DoubleMath.silu(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
