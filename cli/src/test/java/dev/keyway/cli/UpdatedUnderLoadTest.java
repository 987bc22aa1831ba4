// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.Loaded;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight threads compute on a device of Keyway's own while its plugin is updated and removed, over
 * and over: each call is right or says which plugin left; then no thread, no class loader and no
 * byte of the device's memory is left. The profile {@code soak} runs 1,000 cycles.
 */
class UpdatedUnderLoadTest {
    private static final int THREADS = 8;
    private static final int CYCLES = Integer.getInteger("keyway.cycles", 50);
    private static final long WAIT_MILLIS = 30_000;

    @TempDir Path folder;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong results = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final Set<Device> devices = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "simulated"})
    void everyCallIsRightOrSaysWhoLeftAndNothingStaysBehind(String name) throws Exception {
        Path before = PluginFolder.fill(folder, name).resolve(name + ".jar");
        Path after = later(before);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, (plugin, why, remedy) -> fail(why));
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> compute(keyway, name)));
            }
            try {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    Plugin plugin = host.install(before);
                    host.start(plugin);
                    loaders.add(loader(keyway.device(name)));
                    awaitResults();
                    host.update(plugin, after);
                    loaders.add(loader(keyway.device(name)));
                    awaitResults();
                    host.uninstall(plugin);
                }
            } finally {
                done.set(true);
            }
            for (Future<?> thread : running) {
                thread.get();
            }
            for (Device device : devices) {
                assertEquals(0, device.memory().reserved(), device.plugin());
            }
            assertEquals(List.of(), queues());
            assertEquals(2 * CYCLES, await(), "class loaders that were collected");
        }
        assertTrue(results.get() > CYCLES, () -> results + " results");
        assertTrue(left.get() > 0, "no call met an update");
        System.out.printf(
                "%s: %d cycles under load, %s right results, %s calls told who left%n",
                name, CYCLES, results, left);
    }

    /** Until each thread had time for a call. */
    private void awaitResults() {
        long wanted = results.get() + THREADS;
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (results.get() < wanted) {
            assertTrue(System.nanoTime() < deadline, "the threads compute nothing");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void fail(String reason) {
        throw new AssertionError(reason);
    }

    private WeakReference<ClassLoader> loader(Device device) {
        return new WeakReference<>(Loaded.backend(device).getClass().getClassLoader(), collected);
    }

    /** The same plugin with a higher version. */
    private static Path later(Path jar) throws IOException {
        Path later = jar.resolveSibling("later.jar");
        try (JarFile from = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(from.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", "99.0.0");
            try (OutputStream file = Files.newOutputStream(later);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : from.stream().toList()) {
                    if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream in = from.getInputStream(entry)) {
                            in.transferTo(out);
                        }
                    }
                }
            }
        }
        return later;
    }

    private void compute(Keyway keyway, String name) {
        while (!done.get()) {
            Device device;
            try {
                device = keyway.device(name);
            } catch (DeviceException e) {
                // Not there at the moment.
                LockSupport.parkNanos(100_000);
                continue;
            }
            devices.add(device);
            try {
                while (!done.get()) {
                    step(keyway, device);
                    results.incrementAndGet();
                }
            } catch (PluginException e) {
                assertTrue(e.getMessage().contains("plugin dev.keyway."), e.getMessage());
                left.incrementAndGet();
            }
        }
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
                .filter(thread -> thread.startsWith("keyway-simulated"))
                .toList();
    }

    private int await() throws InterruptedException {
        int count = 0;
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (count < loaders.size() && System.nanoTime() < deadline) {
            System.gc();
            while (collected.remove(50) != null) {
                count++;
            }
        }
        return count;
    }
}
