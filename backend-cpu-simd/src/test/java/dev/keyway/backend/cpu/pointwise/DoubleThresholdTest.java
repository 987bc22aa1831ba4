// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import jdk.incubator.vector.DoubleVector;
import org.junit.jupiter.api.Test;

/** The gradient of a threshold in f64, which moves elements and rounds nothing. */
final class DoubleThresholdTest {
    @Test
    void passesWhatIsNotBelow() {
        for (int size : Corners.sizes(DoubleVector.SPECIES_PREFERRED)) {
            for (double threshold : new double[] {0, -1.5, Double.NaN, Double.NEGATIVE_INFINITY}) {
                check(size, threshold);
            }
        }
    }

    private static void check(int size, double threshold) {
        try (KernelFixture memory = new KernelFixture(5)) {
            long grad = memory.doubles(size + 1, i -> Corners.at(i, 4)) + Double.BYTES;
            long self = memory.doubles(size, i -> Corners.at(i, 0));
            long out = memory.allocate((long) Double.BYTES * size);
            DoubleThreshold.backward(out, grad, self, threshold, size);
            for (int i = 0; i < size; i++) {
                double expected = getDouble(self, i) <= threshold ? 0 : getDouble(grad, i);
                double actual = getDouble(out, i);
                assertTrue(Corners.same(expected, actual), () -> expected + ", got " + actual);
            }
        }
    }
}
