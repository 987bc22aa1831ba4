// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.LoadedBackend;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import java.lang.ref.WeakReference;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight threads compute on the first device while its plugin is updated and removed, over and over:
 * each call is right or says which plugin left, and no class loader, no native object and no byte
 * of the device's memory stays.
 */
@Tag("opencl")
class OpenClUpdateUnderLoadTest {
    private static final int THREADS = 8;
    private static final int CYCLES = Integer.getInteger("keyway.cycles", 10);

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong computed = new AtomicLong();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private final Set<Device> devices = ConcurrentHashMap.newKeySet();
    @TempDir private Path folder;

    /** What one thread saw. */
    private record Seen(long results, long left) {
        Seen plus(Seen other) {
            return new Seen(results + other.results, left + other.left);
        }
    }

    @Test
    void everyCallIsRightOrSaysWhoLeftAndNothingStaysBehind() throws Throwable {
        Path before = Bundles.plugin(folder.resolve("before.jar"), "1.0.0");
        Path after = Bundles.plugin(folder.resolve("after.jar"), "1.1.0");
        Seen seen = new Seen(0, 0);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = open(keyway);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Seen>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> compute(keyway)));
            }
            try {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    cycle(keyway, host, before, after);
                }
            } finally {
                done.set(true);
            }
            for (Future<Seen> thread : running) {
                seen = seen.plus(thread.get());
            }
            for (Device device : devices) {
                assertEquals(0, device.memory().reserved(), device.plugin());
            }
            assertEquals(0, awaitCollection(), "class loaders that stay");
        }
        assertTrue(seen.results >= 2L * THREADS * CYCLES, seen::toString);
        assertTrue(seen.left > 0, seen::toString);
        System.out.println(CYCLES + " cycles under load: " + seen);
    }

    private static PluginHost open(Keyway keyway) {
        return PluginHost.open(
                keyway,
                (plugin, reason, remedy) -> {
                    throw new AssertionError(plugin + ": " + reason);
                });
    }

    private void cycle(Keyway keyway, PluginHost host, Path before, Path after) throws Throwable {
        Plugin plugin = host.install(before);
        host.start(plugin);
        NativeContext first = watch(keyway.device("opencl"));
        awaitResults();
        host.update(plugin, after);
        assertEquals(0, first.release(), "native objects that stay after the update");
        NativeContext second = watch(keyway.device("opencl"));
        awaitResults();
        host.uninstall(plugin);
        assertEquals(0, second.release(), "native objects that stay after the removal");
    }

    /** Until calls are under way, which takes long where programs are compiled first. */
    private void awaitResults() throws InterruptedException {
        long enough = computed.get() + THREADS;
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (computed.get() < enough) {
            assertTrue(System.nanoTime() < deadline, "no thread computes");
            Thread.sleep(1);
        }
        Thread.sleep(10);
    }

    private NativeContext watch(Device device) throws Throwable {
        loaders.add(new WeakReference<>(LoadedBackend.of(device).getClass().getClassLoader()));
        return NativeContext.retain(device);
    }

    private Seen compute(Keyway keyway) {
        long results = 0;
        long left = 0;
        while (!done.get()) {
            Device device;
            try {
                device = keyway.device("opencl:0");
            } catch (DeviceException e) {
                LockSupport.parkNanos(100_000); // not there at the moment
                continue;
            }
            devices.add(device);
            try {
                while (!done.get()) {
                    step(keyway, device);
                    results++;
                    computed.incrementAndGet();
                }
            } catch (PluginException e) {
                assertTrue(
                        String.valueOf(e.getMessage()).contains("dev.keyway.plugins.opencl 1."),
                        e::getMessage);
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

    private int awaitCollection() throws InterruptedException {
        int left = loaders.size();
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (left > 0 && System.nanoTime() < deadline) {
            System.gc();
            Thread.sleep(50);
            left = (int) loaders.stream().filter(loader -> !loader.refersTo(null)).count();
        }
        return left;
    }
}
