// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.conformance.BackendConformance;
import dev.keyway.plugins.opencl.device.DeviceInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device that stores f64 but does not compute in it: the suite, and what it does with f64. */
@Tag("opencl")
class OpenClWithoutF64Test extends BackendConformance {
    @BeforeEach
    void switchOff() {
        System.setProperty(DeviceInfo.FP64_PROPERTY, "off");
    }

    @AfterEach
    void switchOn() {
        System.clearProperty(DeviceInfo.FP64_PROPERTY);
    }

    @Override
    protected Keyway open(int threads) {
        return Keyway.builder()
                .threads(threads)
                .classPathBackends(false)
                .backend(new OpenClBackend())
                .open();
    }

    @Override
    protected Device device(Keyway keyway) {
        return keyway.device("opencl:0");
    }

    @Test
    void f64IsStoredAndConvertedButNotComputed() {
        try (Keyway keyway = open(1)) {
            Device device = device(keyway);
            assertFalse(device.computes(DType.F64));
            try (Tensor wide = keyway.tensor(device, new double[] {1.5, -2, 1e300, 3}, 2, 2);
                    Tensor turned = wide.t();
                    Tensor narrow = turned.to(DType.F32);
                    Tensor whole = turned.to(DType.I64);
                    Tensor back = whole.to(DType.F64)) {
                float[] expected = {1.5f, Float.POSITIVE_INFINITY, -2, 3};
                assertArrayEquals(expected, narrow.toFloatArray());
                assertArrayEquals(new long[] {1, Long.MAX_VALUE, -2, 3}, whole.toLongArray());
                assertArrayEquals(new double[] {1, 0x1p63, -2, 3}, back.toDoubleArray());
                UnsupportedOperatorException e =
                        assertThrows(UnsupportedOperatorException.class, wide::exp);
                assertTrue(String.valueOf(e.getMessage()).contains("f64"), e::getMessage);
            }
        }
    }
}
