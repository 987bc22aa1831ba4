// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The f32 functions that a {@link ChainLoop} is put together of, each of a vector and of a number;
 * they are named as the opcodes, in small letters. Their bits are those of {@link FloatArithmetic}
 * and {@link FloatBasics}.
 */
final class FloatSteps {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1f);

    private FloatSteps() {}

    static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    static void store(FloatVector x, long address) {
        x.intoMemorySegment(ALL, address, ORDER);
    }

    static float get(long address) {
        return Memory.getFloat(address);
    }

    static void put(float x, long address) {
        Memory.putFloat(address, x);
    }

    static FloatVector add(FloatVector x, FloatVector y) {
        return x.add(y);
    }

    static float add(float x, float y) {
        return x + y;
    }

    static FloatVector sub(FloatVector x, FloatVector y) {
        return x.sub(y);
    }

    static float sub(float x, float y) {
        return x - y;
    }

    static FloatVector mul(FloatVector x, FloatVector y) {
        return x.mul(y);
    }

    static float mul(float x, float y) {
        return x * y;
    }

    static FloatVector div(FloatVector x, FloatVector y) {
        return x.div(y);
    }

    static float div(float x, float y) {
        return x / y;
    }

    static FloatVector maximum(FloatVector x, FloatVector y) {
        return x.max(y);
    }

    static float maximum(float x, float y) {
        return Math.max(x, y);
    }

    static FloatVector minimum(FloatVector x, FloatVector y) {
        return x.min(y);
    }

    static float minimum(float x, float y) {
        return Math.min(x, y);
    }

    static FloatVector neg(FloatVector x) {
        return x.neg();
    }

    static float neg(float x) {
        return -x;
    }

    static FloatVector abs(FloatVector x) {
        return x.abs();
    }

    static float abs(float x) {
        return Math.abs(x);
    }

    static FloatVector relu(FloatVector x) {
        return x.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
    }

    static float relu(float x) {
        return Math.max(x, 0f);
    }

    static FloatVector sqrt(FloatVector x) {
        return x.lanewise(VectorOperators.SQRT);
    }

    static float sqrt(float x) {
        return (float) Math.sqrt(x);
    }

    static FloatVector reciprocal(FloatVector x) {
        return ONE.div(x);
    }

    static float reciprocal(float x) {
        return 1 / x;
    }
}
