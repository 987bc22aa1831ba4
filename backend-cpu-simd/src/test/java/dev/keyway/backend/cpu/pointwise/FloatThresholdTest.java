// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The gradient of a threshold in f32, which moves elements and rounds nothing. */
final class FloatThresholdTest {
    @Test
    void passesWhatIsNotBelow() {
        for (int size : Corners.sizes(FloatVector.SPECIES_PREFERRED)) {
            for (float threshold : new float[] {0, -1.5f, Float.NaN, Float.NEGATIVE_INFINITY}) {
                check(size, threshold);
            }
        }
    }

    private static void check(int size, float threshold) {
        try (KernelFixture memory = new KernelFixture(5)) {
            long grad = memory.floats(size + 1, i -> Corners.at(i, 4)) + Float.BYTES;
            long self = memory.floats(size, i -> Corners.at(i, 0));
            long out = memory.allocate((long) Float.BYTES * size);
            FloatThreshold.backward(out, grad, self, threshold, size);
            for (int i = 0; i < size; i++) {
                float expected = getFloat(self, i) <= threshold ? 0 : getFloat(grad, i);
                float actual = getFloat(out, i);
                assertTrue(Corners.same(expected, actual), () -> expected + ", got " + actual);
            }
        }
    }
}
