// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Adds a dense row to another, element by element, so that the width changes no bit. */
enum RowSum {
    F32 {
        @Override
        void add(long to, long from, long count) {
            long full = count - count % FLOATS.length();
            for (long i = 0; i < full; i += FLOATS.length()) {
                Exact.FLOATS
                        .cast(FloatVector.fromMemorySegment(FLOATS, ALL, to + 4 * i, ORDER))
                        .add(
                                Exact.FLOATS.cast(
                                        FloatVector.fromMemorySegment(
                                                FLOATS, ALL, from + 4 * i, ORDER)))
                        .intoMemorySegment(ALL, to + 4 * i, ORDER);
            }
            for (long i = full; i < count; i++) {
                float sum = Memory.getFloat(to + 4 * i) + Memory.getFloat(from + 4 * i);
                Memory.putFloat(to + 4 * i, sum);
            }
        }
    },
    F64 {
        @Override
        void add(long to, long from, long count) {
            long full = count - count % DOUBLES.length();
            for (long i = 0; i < full; i += DOUBLES.length()) {
                Exact.DOUBLES
                        .cast(DoubleVector.fromMemorySegment(DOUBLES, ALL, to + 8 * i, ORDER))
                        .add(
                                Exact.DOUBLES.cast(
                                        DoubleVector.fromMemorySegment(
                                                DOUBLES, ALL, from + 8 * i, ORDER)))
                        .intoMemorySegment(ALL, to + 8 * i, ORDER);
            }
            for (long i = full; i < count; i++) {
                double sum = Memory.getDouble(to + 8 * i) + Memory.getDouble(from + 8 * i);
                Memory.putDouble(to + 8 * i, sum);
            }
        }
    },
    I32 {
        @Override
        void add(long to, long from, long count) {
            long full = count - count % INTS.length();
            for (long i = 0; i < full; i += INTS.length()) {
                Exact.INTS
                        .cast(IntVector.fromMemorySegment(INTS, ALL, to + 4 * i, ORDER))
                        .add(
                                Exact.INTS.cast(
                                        IntVector.fromMemorySegment(
                                                INTS, ALL, from + 4 * i, ORDER)))
                        .intoMemorySegment(ALL, to + 4 * i, ORDER);
            }
            for (long i = full; i < count; i++) {
                int sum = Memory.getInt(to + 4 * i) + Memory.getInt(from + 4 * i);
                Memory.putInt(to + 4 * i, sum);
            }
        }
    },
    I64 {
        @Override
        void add(long to, long from, long count) {
            long full = count - count % LONGS.length();
            for (long i = 0; i < full; i += LONGS.length()) {
                Exact.LONGS
                        .cast(LongVector.fromMemorySegment(LONGS, ALL, to + 8 * i, ORDER))
                        .add(
                                Exact.LONGS.cast(
                                        LongVector.fromMemorySegment(
                                                LONGS, ALL, from + 8 * i, ORDER)))
                        .intoMemorySegment(ALL, to + 8 * i, ORDER);
            }
            for (long i = full; i < count; i++) {
                long sum = Memory.getLong(to + 8 * i) + Memory.getLong(from + 8 * i);
                Memory.putLong(to + 8 * i, sum);
            }
        }
    };

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    /** The sum for a dtype, null where there is none. */
    static @Nullable RowSum of(DType dtype) {
        return switch (dtype) {
            case F32 -> F32;
            case F64 -> F64;
            case I32 -> I32;
            case I64 -> I64;
            default -> null;
        };
    }

    /** {@code to[i] += from[i]}; the rows are the same or apart. */
    abstract void add(long to, long from, long count);

    /** {@code to[0] += from[0]}. */
    final void addOne(long to, long from) {
        switch (this) {
            case F32 -> Memory.putFloat(to, Memory.getFloat(to) + Memory.getFloat(from));
            case F64 -> Memory.putDouble(to, Memory.getDouble(to) + Memory.getDouble(from));
            case I32 -> Memory.putInt(to, Memory.getInt(to) + Memory.getInt(from));
            case I64 -> Memory.putLong(to, Memory.getLong(to) + Memory.getLong(from));
        }
    }

    /** {@code to[i] += from[i] / divisor} of floating-point rows, the quotient rounded. */
    void addShare(long to, long from, long count, double divisor) {
        for (long i = 0; i < count; i++) {
            if (this == F32) {
                float share = Memory.getFloat(from + 4 * i) / (float) divisor;
                Memory.putFloat(to + 4 * i, Memory.getFloat(to + 4 * i) + share);
            } else {
                double share = Memory.getDouble(from + 8 * i) / divisor;
                Memory.putDouble(to + 8 * i, Memory.getDouble(to + 8 * i) + share);
            }
        }
    }
}
