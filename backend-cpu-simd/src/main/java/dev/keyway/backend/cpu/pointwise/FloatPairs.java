// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * f32 rows of two steps of a chain, {@code (a op b) op c} and {@code relu(a op b)}: each rounds, as
 * alone. Operands are dense; the operations are constants of each loop.
 */
final class FloatPairs {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private static final int ADD = 0;
    private static final int SUB = 1;
    private static final int MUL = 2;

    private FloatPairs() {}

    /** A row of three operands. */
    @FunctionalInterface
    interface Row {
        /** Computes {@code count} elements. */
        void run(long out, long a, long b, long c, long count);
    }

    /** The loop of {@code (a first b) second c}; null where there is none. */
    static @Nullable Row row(BinaryOp first, BinaryOp second) {
        return switch (first) {
            case ADD ->
                    switch (second) {
                        case ADD -> (out, a, b, c, n) -> pair(ADD, ADD, out, a, b, c, n);
                        case SUB -> (out, a, b, c, n) -> pair(ADD, SUB, out, a, b, c, n);
                        case MUL -> (out, a, b, c, n) -> pair(ADD, MUL, out, a, b, c, n);
                        default -> null;
                    };
            case SUB ->
                    switch (second) {
                        case ADD -> (out, a, b, c, n) -> pair(SUB, ADD, out, a, b, c, n);
                        case SUB -> (out, a, b, c, n) -> pair(SUB, SUB, out, a, b, c, n);
                        case MUL -> (out, a, b, c, n) -> pair(SUB, MUL, out, a, b, c, n);
                        default -> null;
                    };
            case MUL ->
                    switch (second) {
                        case ADD -> (out, a, b, c, n) -> pair(MUL, ADD, out, a, b, c, n);
                        case SUB -> (out, a, b, c, n) -> pair(MUL, SUB, out, a, b, c, n);
                        case MUL -> (out, a, b, c, n) -> pair(MUL, MUL, out, a, b, c, n);
                        default -> null;
                    };
            default -> null;
        };
    }

    /** The loop of {@code relu(a op b)}; null where there is none. */
    static @Nullable DenseRow relu(BinaryOp op) {
        return switch (op) {
            case ADD -> (out, a, b, n) -> relu(ADD, out, a, b, n);
            case SUB -> (out, a, b, n) -> relu(SUB, out, a, b, n);
            case MUL -> (out, a, b, n) -> relu(MUL, out, a, b, n);
            default -> null;
        };
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector apply(int op, FloatVector x, FloatVector y) {
        return op == ADD ? x.add(y) : op == SUB ? x.sub(y) : x.mul(y);
    }

    private static float apply(int op, float x, float y) {
        return op == ADD ? x + y : op == SUB ? x - y : x * y;
    }

    private static void pair(int first, int second, long out, long a, long b, long c, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = apply(first, load(a + SIZE * i), load(b + SIZE * i));
            apply(second, x, load(c + SIZE * i)).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            float y = apply(first, x, Memory.getFloat(b + SIZE * i));
            Memory.putFloat(out + SIZE * i, apply(second, y, Memory.getFloat(c + SIZE * i)));
        }
    }

    private static void relu(int op, long out, long a, long b, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            apply(op, load(a + SIZE * i), load(b + SIZE * i))
                    .max(0f)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i);
            float y = apply(op, x, Memory.getFloat(b + SIZE * i));
            Memory.putFloat(out + SIZE * i, Math.max(y, 0f));
        }
    }
}
