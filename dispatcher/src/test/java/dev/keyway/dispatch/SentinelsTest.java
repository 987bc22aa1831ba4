// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentinels around what a device allocates. */
class SentinelsTest extends DispatcherFixture {
    private static Tensor bytes(Device device, long count) {
        return Ops.empty(device, DType.U8, count);
    }

    private static void write(long address) {
        MemorySegment.ofAddress(address).reinterpret(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 63, 64, 65, 1000, 4096, 15_000, 16_000, 1 << 20, 3 << 20, 5_000_001})
    void aByteOutsideIsFound(long size) {
        Device device = keyway.device("reference");
        for (long at : new long[] {-256, -1, size, size + 255}) {
            try (Sentinels sentinels = Sentinels.around(device);
                    Tensor first = bytes(device, 8);
                    Tensor tensor = bytes(device, size)) {
                first.fill_(1L);
                tensor.fill_(1L);
                assertEquals("", sentinels.damage());
                write(tensor.storage().address() + at);
                assertEquals(
                        "byte "
                                + at
                                + " of a buffer of "
                                + size
                                + " bytes was written, which empty had allocated",
                        sentinels.damage());
            }
        }
        device.emptyCache();
        assertEquals(0, device.memory().reserved());
    }

    @Test
    void whatNothingUsesAnyMoreIsLookedAtOnce() {
        Device device = keyway.device("reference");
        try (Sentinels sentinels = Sentinels.around(device)) {
            try (Tensor x = constant(device, 2, 5);
                    Tensor y = x.neg()) {
                write(y.storage().address() + y.nbytes());
            }
            assertTrue(device.memory().liveBlocks() > 0);
            String damage = sentinels.damage();
            assertTrue(damage.contains("byte 20 of a buffer of 20 bytes"), damage);
            assertTrue(damage.contains("which neg had allocated"), damage);
            assertEquals("", sentinels.damage());
            assertEquals(0, device.memory().liveBlocks());
        }
    }

    @Test
    void memoryComesBack() {
        Device device = keyway.device("reference");
        Tensor before = constant(device, 1, 100);
        Tensor stays;
        try (Sentinels _ = Sentinels.around(device)) {
            before.close();
            stays = constant(device, 1, 100);
            bytes(device, 100_000).close();
            assertEquals(2, device.memory().liveBlocks());
        }
        assertEquals(1, device.memory().liveBlocks());
        assertEquals(1, stays.toFloatArray()[99]);
        stays.close();
        device.emptyCache();
        assertEquals(0, device.memory().reserved());
    }

    @Test
    void opaqueMemoryHasThemToo() {
        Device device = keyway.device("simulated");
        try (Sentinels sentinels = Sentinels.around(device);
                Tensor x = constant(device, 2, 100_003);
                Tensor y = x.add(x);
                Tensor z = y.sum()) {
            assertEquals(400_012, z.toFloatArray()[0]);
            assertEquals("", sentinels.damage());
        }
    }

    @Test
    void aDeviceHasThemOnce() {
        Device device = keyway.device("reference");
        try (Sentinels _ = Sentinels.around(device)) {
            assertThrows(IllegalStateException.class, () -> Sentinels.around(device));
        }
        Sentinels.around(device).close();
    }
}
