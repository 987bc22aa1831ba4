// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;

/** {@code allclose}, which reads what {@code isclose} computes. */
class AllcloseTest {
    @Test
    void allElementsMustBeClose() {
        try (Keyway keyway = Keyway.builder().threads(1).open()) {
            Device device = keyway.device("reference");
            try (Tensor x = keyway.tensor(device, new float[] {1, 2, 3}, 3);
                    Tensor near = keyway.tensor(device, new float[] {1, 2, 3.00001f}, 3);
                    Tensor far = keyway.tensor(device, new float[] {1, 2, 3.1f}, 3);
                    Tensor nan = keyway.tensor(device, new float[] {1, 2, Float.NaN}, 3);
                    Tensor doubles = x.to(DType.F64)) {
                assertTrue(x.allclose(near));
                assertFalse(x.allclose(far));
                assertTrue(x.allclose(far, 0, 0.2, false));
                assertFalse(nan.allclose(nan));
                assertTrue(nan.allclose(nan, 1e-5, 1e-8, true));
                assertThrows(ArgumentException.class, () -> x.allclose(doubles));
            }
        }
    }
}
