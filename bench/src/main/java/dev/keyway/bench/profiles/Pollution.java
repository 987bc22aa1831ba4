// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What an application may do beside Keyway: vectors of every width, on heap, shared, confined and
 * automatic segments, through one and the same call sites of the Vector API; and lists that are
 * asked for an element that they don't have. After it the JVM knows no single class for the
 * receivers there, and that index checks fail, so that a kernel whose speed depends on such a
 * profile is slow.
 */
final class Pollution {
    private static final int ROUNDS = 3_000;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Pollution() {}

    /** Takes some seconds. The sum keeps the compilers from dropping the work. */
    static double run() {
        double sum = failures();
        try (Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            List<MemorySegment> segments =
                    List.of(
                            MemorySegment.ofArray(new float[64]),
                            confined.allocate(256, 64),
                            shared.allocate(256, 64),
                            Arena.ofAuto().allocate(256, 64));
            for (int round = 0; round < ROUNDS; round++) {
                for (MemorySegment segment : segments) {
                    sum += floats(segment) + doubles(segment) + ints(segment) + longs(segment);
                }
            }
        }
        return sum;
    }

    /** Index checks that fail in compiled code, where so far all had succeeded. */
    private static double failures() {
        int[] indices = new int[64];
        double sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            sum += checked(indices, 1);
        }
        for (int failure = 0; failure < 10; failure++) {
            indices[32] = 1;
            try {
                sum += checked(indices, 1);
                throw new AssertionError("an index that is too large was accepted");
            } catch (IndexOutOfBoundsException expected) {
                sum += 1;
            }
            indices[32] = 0;
            for (int round = 0; round < ROUNDS; round++) {
                sum += checked(indices, 1);
            }
        }
        return sum;
    }

    private static int checked(int[] indices, int length) {
        int sum = 0;
        for (int index : indices) {
            sum += Objects.checkIndex(index, length);
        }
        return sum;
    }

    private static double floats(MemorySegment segment) {
        double sum = 0;
        for (VectorSpecies<Float> species :
                List.of(
                        FloatVector.SPECIES_64,
                        FloatVector.SPECIES_128,
                        FloatVector.SPECIES_256,
                        FloatVector.SPECIES_512)) {
            FloatVector x = FloatVector.fromMemorySegment(species, segment, 0, ORDER);
            VectorMask<Float> mask = x.compare(VectorOperators.GT, 0.5f).or(x.lt(0f));
            FloatVector y = x.add(1f).mul(x).sub(x).div(2f).max(x).min(x.abs()).fma(x, x);
            y = y.add(x).mul(0.5f).blend(x, mask).blend(0f, mask.not()).sqrt().neg();
            y = y.max(0f).min(1f).rearrange(species.iotaShuffle(1, 1, true));
            float[] lanes = new float[species.length()];
            y.intoArray(lanes, 0);
            FloatVector.fromArray(species, lanes, 0).intoMemorySegment(segment, 0, ORDER, mask);
            y.intoMemorySegment(segment, 0, ORDER);
            sum += y.reinterpretAsInts().lane(0) + y.toArray()[0] + general(y);
        }
        return sum;
    }

    private static double doubles(MemorySegment segment) {
        double sum = 0;
        for (VectorSpecies<Double> species :
                List.of(
                        DoubleVector.SPECIES_64,
                        DoubleVector.SPECIES_128,
                        DoubleVector.SPECIES_256,
                        DoubleVector.SPECIES_512)) {
            DoubleVector x = DoubleVector.fromMemorySegment(species, segment, 0, ORDER);
            VectorMask<Double> mask = x.compare(VectorOperators.GT, 0.5).or(x.lt(0));
            DoubleVector y = x.add(1).mul(x).sub(x).div(2).max(x).min(x.abs()).fma(x, x);
            y = y.add(x).mul(0.5).blend(x, mask).blend(0, mask.not()).sqrt().neg();
            y = y.max(0).min(1).rearrange(species.iotaShuffle(1, 1, true));
            double[] lanes = new double[species.length()];
            y.intoArray(lanes, 0);
            DoubleVector.fromArray(species, lanes, 0).intoMemorySegment(segment, 0, ORDER, mask);
            y.intoMemorySegment(segment, 0, ORDER);
            sum += y.reinterpretAsLongs().lane(0) + y.toArray()[0] + general(y);
        }
        return sum;
    }

    private static double ints(MemorySegment segment) {
        double sum = 0;
        for (VectorSpecies<Integer> species :
                List.of(
                        IntVector.SPECIES_64,
                        IntVector.SPECIES_128,
                        IntVector.SPECIES_256,
                        IntVector.SPECIES_512)) {
            IntVector x = IntVector.fromMemorySegment(species, segment, 0, ORDER);
            VectorMask<Integer> mask = x.compare(VectorOperators.GT, 5).or(x.lt(0));
            IntVector y = x.add(1).mul(x).sub(x).max(x).min(x.abs()).add(x).and(255).or(x);
            y = y.lanewise(VectorOperators.LSHL, 1).blend(x, mask).blend(0, mask.not()).neg();
            y = y.max(0).min(1).rearrange(species.iotaShuffle(1, 1, true));
            int[] lanes = new int[species.length()];
            y.intoArray(lanes, 0);
            IntVector.fromArray(species, lanes, 0).intoMemorySegment(segment, 0, ORDER, mask);
            y.intoMemorySegment(segment, 0, ORDER);
            sum += y.reinterpretAsFloats().lane(0) + y.toArray()[0] + general(y);
        }
        return sum;
    }

    private static double longs(MemorySegment segment) {
        double sum = 0;
        for (VectorSpecies<Long> species :
                List.of(
                        LongVector.SPECIES_64,
                        LongVector.SPECIES_128,
                        LongVector.SPECIES_256,
                        LongVector.SPECIES_512)) {
            LongVector x = LongVector.fromMemorySegment(species, segment, 0, ORDER);
            VectorMask<Long> mask = x.compare(VectorOperators.GT, 5).or(x.lt(0));
            LongVector y = x.add(1).mul(x).sub(x).max(x).min(x.abs()).add(x).and(255).or(x);
            y = y.lanewise(VectorOperators.LSHL, 1).blend(x, mask).blend(0, mask.not()).neg();
            y = y.max(0).min(1).rearrange(species.iotaShuffle(1, 1, true));
            long[] lanes = new long[species.length()];
            y.intoArray(lanes, 0);
            LongVector.fromArray(species, lanes, 0).intoMemorySegment(segment, 0, ORDER, mask);
            y.intoMemorySegment(segment, 0, ORDER);
            sum += y.reinterpretAsDoubles().lane(0) + y.toArray()[0] + general(y);
        }
        return sum;
    }

    private static double general(Vector<?> x) {
        return x.length() + x.species().length() + x.reinterpretAsBytes().lane(0);
    }
}
