// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Plugins leave and come back while threads compute on them: right results or a clear error. */
class RunningPluginTest {
    private static final int THREADS = 2;
    private static final int CYCLES = 25;

    @TempDir Path folder;

    @Test
    void threadsSeeResultsOrThatThePluginLeft() throws Exception {
        Path jar = new TestPlugin("org.tiny", "1.0.0").write(folder.resolve("tiny.jar"));
        Path next = new TestPlugin("org.tiny", "1.1.0").write(folder.resolve("next.jar"));
        RecordedProblems problems = new RecordedProblems();
        AtomicBoolean done = new AtomicBoolean();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, problems);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Callable<Long> work = () -> compute(keyway, done);
            List<Future<Long>> running =
                    java.util.stream.Stream.generate(() -> threads.submit(work))
                            .limit(THREADS)
                            .toList();
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                Plugin plugin = host.install(jar);
                host.start(plugin);
                Thread.sleep(5);
                host.update(plugin, next);
                Thread.sleep(5);
                host.uninstall(plugin);
            }
            done.set(true);
            for (Future<Long> results : running) {
                assertTrue(results.get() > 0, "nothing was computed");
            }
        }
        assertEquals(List.of(), problems.all);
    }

    private static long compute(Keyway keyway, AtomicBoolean done) {
        long results = 0;
        while (!done.get()) {
            try {
                Device device = keyway.device("tiny");
                for (int i = 0; i < 1000; i++) {
                    results += add(keyway, device);
                }
            } catch (DeviceException e) {
                // The plugin has left or is not here yet: what this test waits for.
                Thread.onSpinWait();
            }
        }
        return results;
    }

    private static int add(Keyway keyway, Device device) {
        try (Tensor a = keyway.tensor(device, new float[] {1, 2, 3, 4}, 4);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4, 6, 8}, sum.toFloatArray());
            return 1;
        }
    }
}
