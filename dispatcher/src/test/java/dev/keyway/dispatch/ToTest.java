// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code to} with device, dtype, both, another tensor, and a copy in any case. */
class ToTest {
    private Keyway keyway;
    private Device here;
    private Device there;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().open();
        here = keyway.device("reference");
        there = keyway.device("simulated");
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    private Tensor floats() {
        return keyway.tensor(here, new float[] {1.5f, -2, 3}, 3);
    }

    @Test
    void whatIsSoAlreadyStays() {
        try (Tensor x = floats()) {
            assertSame(x, x.to(here));
            assertSame(x, x.to(DType.F32));
            assertSame(x, x.to(here, DType.F32));
            assertSame(x, x.to(x));
        }
    }

    @Test
    void bothChange() {
        for (DType dtype : new DType[] {DType.F16, DType.I64}) {
            try (Tensor x = floats();
                    Tensor moved = x.to(there, dtype)) {
                assertEquals(there, moved.device());
                assertEquals(dtype, moved.dtype());
                double first = dtype == DType.I64 ? 1 : 1.5;
                assertArrayEquals(new double[] {first, -2, 3}, moved.toDoubleArray());
            }
        }
    }

    @Test
    void aCopyIsAskedFor() {
        try (Tensor x = floats();
                Tensor copy = x.to(here, DType.F32, true)) {
            assertNotSame(x.storage(), copy.storage());
            assertArrayEquals(x.toFloatArray(), copy.toFloatArray());
            assertSame(x, x.to(here, DType.F32, false));
        }
    }

    @Test
    void likeAnother() {
        try (Tensor x = floats();
                Tensor other = keyway.tensor(there, new long[] {7}, 1);
                Tensor like = x.to(other)) {
            assertEquals(there, like.device());
            assertEquals(DType.I64, like.dtype());
        }
    }
}
