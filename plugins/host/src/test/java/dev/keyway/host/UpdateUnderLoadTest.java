// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Eight threads compute on a device with a queue and memory of its own while its plugin is updated
 * and removed, over and over: each call is right or says which plugin left, and nothing stays
 * behind. The profile {@code soak} runs 1,000 cycles.
 */
class UpdateUnderLoadTest {
    private static final int THREADS = 8;
    private static final int CYCLES = Integer.getInteger("keyway.cycles", 50);
    private static final String BYTES = "counted.bytes";

    private final AtomicBoolean done = new AtomicBoolean();
    private final Collected collected = new Collected();
    private final RecordedProblems problems = new RecordedProblems();
    @TempDir Path folder;

    /** What one thread saw. */
    private record Seen(long results, long left) {
        Seen plus(Seen other) {
            return new Seen(results + other.results, left + other.left);
        }
    }

    private static TestPlugin plugin(String version) {
        return TestPlugin.of("org.counted", version, "counted.CountedBackend")
                .imports("dev.keyway.spi.toolkit")
                .service("counted.CountedBackend");
    }

    @Test
    void everyCallIsRightOrSaysWhoLeftAndNothingStaysBehind() throws Exception {
        Path before = plugin("1.0.0").write(folder.resolve("before.jar"));
        Path after = plugin("1.1.0").write(folder.resolve("after.jar"));
        System.getProperties().put(BYTES, 0L);
        Seen seen = new Seen(0, 0);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, problems);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Seen>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> compute(keyway)));
            }
            try {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    cycle(host, before, after);
                }
            } finally {
                done.set(true);
            }
            for (Future<Seen> thread : running) {
                seen = seen.plus(thread.get());
            }
            assertEquals(0L, System.getProperties().get(BYTES), "bytes of device memory");
            assertEquals(List.of(), queues());
            assertEquals(collected.watched(), collected.await(), "class loaders collected");
        }
        assertEquals(List.of(), problems.all);
        assertTrue(seen.results > CYCLES, seen::toString);
        assertTrue(seen.left > 0, seen::toString);
        System.out.println(
                CYCLES
                        + " cycles under load: "
                        + seen.results
                        + " right results, "
                        + seen.left
                        + " calls told who left");
    }

    private void cycle(PluginHost host, Path before, Path after) throws InterruptedException {
        Plugin plugin = host.install(before);
        host.start(plugin);
        Thread.sleep(4);
        collected.watch(plugin);
        host.update(plugin, after);
        Thread.sleep(4);
        collected.watch(plugin);
        host.uninstall(plugin);
    }

    private Seen compute(Keyway keyway) {
        long results = 0;
        long left = 0;
        while (!done.get()) {
            Device device;
            try {
                device = keyway.device("counted");
            } catch (DeviceException e) {
                // Not there at the moment.
                LockSupport.parkNanos(100_000);
                continue;
            }
            try {
                while (!done.get()) {
                    step(keyway, device);
                    results++;
                }
            } catch (PluginException e) {
                assertTrue(e.getMessage().contains("org.counted 1."), e::getMessage);
                left++;
            }
        }
        return new Seen(results, left);
    }

    private static void step(Keyway keyway, Device device) {
        float[] numbers = {1, 2, 3, 4};
        try (Tensor x = keyway.tensor(device, numbers, 2, 2);
                Tensor product = x.matmul(x);
                Tensor sum = product.add(x);
                Tensor scaled = sum.mul(0.5);
                Tensor total = scaled.sum()) {
            // ((7 + 10 + 15 + 22) + (1 + 2 + 3 + 4)) / 2
            assertEquals(32, total.item());
        }
    }

    private static List<String> queues() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("counted-queue"))
                .toList();
    }
}
