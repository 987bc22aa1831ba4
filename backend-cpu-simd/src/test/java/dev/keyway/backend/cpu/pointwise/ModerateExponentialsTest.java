// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;

import org.junit.jupiter.api.Test;

import java.util.Objects;

/** The shorter way of an exponential in f32 has the bits of the longer one. */
class ModerateExponentialsTest {
    private static final float LARGEST = 87;
    private static final int STEP = 977;

    @Test
    void aNumbersBitsDoNotDependOnItsNeighbours() {
        UnaryRow exp = Objects.requireNonNull(FloatExponentials.row(UnaryOp.EXP));
        int length = FloatMath.LENGTH;
        int magnitudes = Float.floatToRawIntBits(LARGEST) / STEP;
        int count = 2 * magnitudes / length * length;
        try (KernelFixture fixture = new KernelFixture(1)) {
            long moderate = fixture.floats(count, i -> number(i));
            // One that is not moderate in each vector, so that all its lanes go the longer way.
            long mixed =
                    fixture.floats(count, i -> i % length == i / length % length ? 100 : number(i));
            long shorter = fixture.allocate(4L * count);
            long longer = fixture.allocate(4L * count);
            exp.run(shorter, moderate, count);
            exp.run(longer, mixed, count);
            for (int i = 0; i < count; i++) {
                if (i % length != i / length % length) {
                    int expected = Memory.getInt(longer + 4L * i);
                    float x = KernelFixture.getFloat(moderate, i);
                    assertEquals(expected, Memory.getInt(shorter + 4L * i), () -> "exp of " + x);
                }
            }
        }
    }

    /** Numbers of all magnitudes below the largest, both signs in turn. */
    private static float number(int i) {
        float magnitude = Float.intBitsToFloat(i / 2 * STEP);
        return i % 2 == 0 ? magnitude : -magnitude;
    }
}
