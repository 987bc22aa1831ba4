// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;

/** Streams that come and go leave the device's memory to others. */
class ClosedStreamsTest {
    @Test
    void theNumbersOfClosedStreamsHoldNoMemory() {
        QueueBackend backend = new QueueBackend();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).backend(backend).open()) {
            Device device = keyway.device("queue");
            long limit = device.memory().limit();
            // Each stream has segments of its own of at least 2 MiB.
            for (int i = 0; i < 2 * limit >> 20; i++) {
                try (Stream stream = device.newStream();
                        Scope _ = stream.use();
                        Tensor x = Ops.full(device, DType.F32, 1L, 3);
                        Tensor y = x.add(i + 0.5)) {
                    assertEquals(i + 1.5f, y.toFloatArray()[2]);
                }
            }
            try (Tensor most = Ops.empty(device, DType.U8, limit * 3 / 4)) {
                assertEquals(limit * 3 / 4, most.nbytes());
            }
        }
    }
}
