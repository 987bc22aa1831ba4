// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The f64 functions that a {@link ChainLoop} is put together of, each of a vector and of a number;
 * they are named as the opcodes, in small letters. Their bits are those of {@link DoubleArithmetic}
 * and {@link DoubleBasics}.
 */
final class DoubleSteps {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final DoubleVector ZERO = DoubleVector.zero(SPECIES);
    private static final DoubleVector ONE = DoubleVector.broadcast(SPECIES, 1.0);

    private DoubleSteps() {}

    static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    static void store(DoubleVector x, long address) {
        x.intoMemorySegment(ALL, address, ORDER);
    }

    static double get(long address) {
        return Memory.getDouble(address);
    }

    static void put(double x, long address) {
        Memory.putDouble(address, x);
    }

    static DoubleVector add(DoubleVector x, DoubleVector y) {
        return x.add(y);
    }

    static double add(double x, double y) {
        return x + y;
    }

    static DoubleVector sub(DoubleVector x, DoubleVector y) {
        return x.sub(y);
    }

    static double sub(double x, double y) {
        return x - y;
    }

    static DoubleVector mul(DoubleVector x, DoubleVector y) {
        return x.mul(y);
    }

    static double mul(double x, double y) {
        return x * y;
    }

    static DoubleVector div(DoubleVector x, DoubleVector y) {
        return x.div(y);
    }

    static double div(double x, double y) {
        return x / y;
    }

    static DoubleVector maximum(DoubleVector x, DoubleVector y) {
        return x.max(y);
    }

    static double maximum(double x, double y) {
        return Math.max(x, y);
    }

    static DoubleVector minimum(DoubleVector x, DoubleVector y) {
        return x.min(y);
    }

    static double minimum(double x, double y) {
        return Math.min(x, y);
    }

    static DoubleVector neg(DoubleVector x) {
        return x.neg();
    }

    static double neg(double x) {
        return -x;
    }

    static DoubleVector abs(DoubleVector x) {
        return x.abs();
    }

    static double abs(double x) {
        return Math.abs(x);
    }

    static DoubleVector relu(DoubleVector x) {
        return x.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
    }

    static double relu(double x) {
        return Math.max(x, 0.0);
    }

    static DoubleVector sqrt(DoubleVector x) {
        return x.lanewise(VectorOperators.SQRT);
    }

    static double sqrt(double x) {
        return Math.sqrt(x);
    }

    static DoubleVector reciprocal(DoubleVector x) {
        return ONE.div(x);
    }

    static double reciprocal(double x) {
        return 1 / x;
    }
}
