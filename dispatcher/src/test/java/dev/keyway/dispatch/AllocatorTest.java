// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.MemoryStatistics;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caching allocator: reuse, splitting and joining, statistics, streams. */
class AllocatorTest extends DispatcherFixture {
    private static final long MEGABYTE = 1 << 20;

    private static Tensor bytes(Device device, long count) {
        return Ops.empty(device, DType.U8, count);
    }

    @Test
    void memoryIsUsedAgain() {
        Device device = keyway.device("reference");
        Tensor first = bytes(device, 1000);
        long address = first.address();
        first.close();
        Tensor second = bytes(device, 1000);
        assertEquals(address, second.address());
        Tensor third = bytes(device, 1000);
        assertNotEquals(address, third.address());
        assertEquals(0, third.address() % 64);
    }

    @Test
    void neighboursJoinWhenFreed() {
        Device device = keyway.device("reference");
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            parts.add(bytes(device, 3 * MEGABYTE));
        }
        parts.forEach(Tensor::close);
        long reserved = device.memory().reserved();
        Tensor whole = bytes(device, 4 * MEGABYTE);
        assertTrue(device.memory().reserved() >= reserved);
        whole.close();
        device.emptyCache();
        assertEquals(0, device.memory().reserved());
    }

    @Test
    void statisticsFollow() {
        Device device = keyway.device("reference");
        Tensor one = bytes(device, 100);
        Tensor two = bytes(device, 2 * MEGABYTE);
        MemoryStatistics full = device.memory();
        assertEquals(2, full.liveBlocks());
        assertTrue(full.allocated() >= 2 * MEGABYTE + 100);
        assertTrue(full.reserved() >= full.allocated());
        assertTrue(full.limit() >= full.reserved());
        one.close();
        two.close();
        MemoryStatistics empty = device.memory();
        assertEquals(0, empty.liveBlocks());
        assertEquals(0, empty.allocated());
        assertEquals(full.allocated(), empty.peak());
        assertEquals(full.reserved(), empty.reserved());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void liveTensorsNeverShareMemory(String name) {
        Device device = keyway.device(name);
        SplittableRandom random = new SplittableRandom(4);
        List<Tensor> live = new ArrayList<>();
        List<Integer> marks = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            if (live.size() > 40 || (random.nextInt(3) == 0 && !live.isEmpty())) {
                int at = random.nextInt(live.size());
                check(live.remove(at), marks.remove(at));
            } else {
                long size = random.nextInt(20) == 0 ? random.nextInt(3 << 20) : random.nextInt(500);
                int mark = random.nextInt(100);
                live.add(Ops.full(device, DType.U8, (long) mark, size));
                marks.add(mark);
            }
        }
        while (!live.isEmpty()) {
            check(live.removeLast(), marks.removeLast());
        }
        assertEquals(0, live(device));
        device.emptyCache();
        assertEquals(0, device.memory().reserved());
    }

    private static void check(Tensor tensor, int mark) {
        if (tensor.numel() > 0) {
            try (Tensor smallest = tensor.amin();
                    Tensor largest = tensor.amax()) {
                assertEquals(mark, smallest.itemLong());
                assertEquals(mark, largest.itemLong());
            }
        }
        tensor.close();
    }

    @Test
    void memoryWaitsForTheStreamThatUsesIt() {
        Device device = keyway.device("simulated");
        try (Stream other = device.newStream()) {
            for (int round = 0; round < 200; round++) {
                Tensor x = constant(device, round, 5000);
                Tensor sum;
                device.synchronize();
                try (Scope scope = other.use()) {
                    sum = x.add(x);
                }
                x.close();
                constant(device, -1, 5000).close();
                other.synchronize();
                assertEquals(2 * round, sum.toFloatArray()[4999]);
                sum.close();
            }
        }
    }
}
