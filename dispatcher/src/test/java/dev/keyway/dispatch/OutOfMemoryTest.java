// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Running out of a device's memory: an exception that names the holders, and going on after it. */
class OutOfMemoryTest {
    private static final long LIMIT = 16L << 20;
    private static final long HALF = LIMIT / 2 / Float.BYTES;

    private static Keyway open() {
        return Keyway.builder().threads(1).memoryLimit(LIMIT).open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void theErrorNamesTheLargestHolders(String name) {
        try (Keyway keyway = open()) {
            Device device = keyway.device(name);
            Tensor held = Ops.ones(device, DType.F32, HALF);
            OutOfMemoryException e =
                    assertThrows(
                            OutOfMemoryException.class,
                            () -> Ops.zeros(device, DType.F32, HALF + 1024));
            String message = e.getMessage();
            assertTrue(message.contains("out of memory on " + name + ":0"), message);
            assertTrue(message.contains((HALF + 1024) * Float.BYTES + " bytes wanted"), message);
            assertTrue(message.contains("limit of " + LIMIT), message);
            assertTrue(message.contains("holders have [" + HALF * Float.BYTES), message);
            assertTrue(message.contains("smaller batches"), message);
            held.close();
            try (Tensor now = Ops.ones(device, DType.F32, HALF + 1024);
                    Tensor sum = now.sum()) {
                assertEquals(HALF + 1024, sum.item());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void anOperatorThatFailsLeavesItsArgumentsAsTheyWere(String name) {
        try (Keyway keyway = open()) {
            Device device = keyway.device(name);
            Tensor row = keyway.tensor(device, new float[] {1, 2}, 2);
            Tensor tall = row.reshape(2, 1).expand(2, HALF);
            row.add(1.0).close(); // the runtime keeps the number 1 on the device from here on
            long live = device.memory().liveBlocks();
            assertThrows(OutOfMemoryException.class, () -> tall.add(1.0));
            device.synchronize();
            assertEquals(live, device.memory().liveBlocks());
            assertArrayEquals(new float[] {1, 2}, row.toFloatArray());
            assertArrayEquals(new float[] {2, 4}, row.add(row).toFloatArray());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void droppedTensorsAreCollectedBeforeItGivesUp(String name) {
        try (Keyway keyway = open()) {
            Device device = keyway.device(name);
            for (int i = 0; i < 6; i++) {
                Tensor dropped = Ops.ones(device, DType.F32, HALF);
                assertEquals(HALF, dropped.numel());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void manySmallTensorsReachTheLimitAndGoOn(String name) {
        try (Keyway keyway = open()) {
            Device device = keyway.device(name);
            List<Tensor> held = new ArrayList<>();
            assertThrows(
                    OutOfMemoryException.class,
                    () -> {
                        while (held.size() < LIMIT / 1024) {
                            held.add(Ops.ones(device, DType.F32, 1024));
                        }
                    });
            assertTrue(held.size() > LIMIT / 4096 * 3 / 4, held::toString);
            held.forEach(Tensor::close);
            assertEquals(0, device.memory().liveBlocks());
            try (Tensor all = Ops.ones(device, DType.F32, HALF)) {
                assertEquals(HALF, all.numel());
            }
            device.emptyCache();
            assertEquals(0, device.memory().reserved());
        }
    }
}
