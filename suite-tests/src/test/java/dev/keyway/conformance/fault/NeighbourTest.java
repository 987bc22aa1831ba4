// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Report;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Copies between devices are checked even where the device is the only one. */
class NeighbourTest {
    private static final class Counting extends QueueBackend {
        private final AtomicInteger arrived = new AtomicInteger();

        @Override
        void toDevice(MemorySegment source, MemorySegment target, Queue queue) {
            arrived.incrementAndGet();
            super.toDevice(source, target, queue);
        }
    }

    @Test
    void aDeviceAloneIsCopiedToAndFrom() {
        Counting backend = new Counting();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).backend(backend).open()) {
            Device device = keyway.device("queue");
            ConformanceOptions transfers =
                    ConformanceOptions.all().operators(Set.of("device.transfers"));
            Report all = ConformanceRunner.run(keyway, device, transfers);
            String line =
                    all.results().stream()
                            .filter(result -> result.call().contains("every other device"))
                            .map(CaseResult::line)
                            .findFirst()
                            .orElseThrow();
            backend.arrived.set(0);
            Report one =
                    ConformanceRunner.run(keyway, device, ConformanceOptions.all().replay(line));
            assertTrue(one.passed(), one::text);
            // From the host, and twice back from the suite's own device.
            assertEquals(3, backend.arrived.get());
            assertEquals(List.of(device), keyway.devices());
        }
    }
}
