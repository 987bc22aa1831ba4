// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Keyway;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.backend.cpu.CpuBackend;
import dev.keyway.plugins.opencl.device.DeviceInfo;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device lacks, here f64, is refused or computed on the host, and never silently. */
@Tag("opencl")
class OpenClFallbackTest {
    private Keyway keyway;
    private Tensor wide;

    @BeforeEach
    void open() {
        System.setProperty(DeviceInfo.FP64_PROPERTY, "off");
        keyway =
                Keyway.builder()
                        .classPathBackends(false)
                        .backend(new OpenClBackend())
                        .backend(new CpuBackend())
                        .open();
        wide = keyway.tensor(keyway.device("opencl"), new double[] {0, 1}, 2);
    }

    @AfterEach
    void close() {
        keyway.close();
        System.clearProperty(DeviceInfo.FP64_PROPERTY);
    }

    @Test
    void byDefaultItIsAnErrorThatNamesTheDevice() {
        UnsupportedOperatorException e =
                assertThrows(UnsupportedOperatorException.class, wide::exp);
        assertTrue(String.valueOf(e.getMessage()).contains("opencl:0"), e::getMessage);
        assertEquals(List.of(), keyway.fallbackLedger());
    }

    @ParameterizedTest
    @EnumSource(names = {"ANNOUNCE", "ALLOW"})
    void whereItIsAllowedTheHostComputesAndTheLedgerSaysSo(FallbackPolicy policy) {
        try (Scope _ = keyway.fallback(policy);
                Tensor result = wide.exp()) {
            assertEquals("opencl:0", result.device().name());
            assertArrayEquals(new double[] {1, Math.E}, result.toDoubleArray(), 1e-15);
        }
        FallbackRecord record = keyway.fallbackLedger().getFirst();
        assertEquals("exp", record.operator());
        assertEquals("opencl:0", record.device());
        assertEquals(1, record.count());
    }
}
