// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.dispatch.LoadedBackend;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native library stays, the plugin goes. */
@Tag("opencl")
class OpenClUnloadTest {
    private static final int CYCLES = 10;

    @TempDir private Path folder;

    @Test
    void everyClassLoaderIsCollectedWhileTheRuntimeIsOpen() throws Exception {
        Path jar = Bundles.plugin(folder.resolve("opencl.jar"), "1.0.0");
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host =
                        PluginHost.open(
                                keyway,
                                (plugin, reason, remedy) -> {
                                    throw new AssertionError(plugin + ": " + reason);
                                })) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                loaders.add(new WeakReference<>(cycle(keyway, host, jar), collected));
            }
            assertEquals(CYCLES, await(collected), "class loaders that were collected");
        }
        assertTrue(loaders.stream().allMatch(loader -> loader.refersTo(null)));
    }

    /** Computes on the plugin's device; returns the plugin's class loader. */
    private static ClassLoader cycle(Keyway keyway, PluginHost host, Path jar) {
        Plugin plugin = host.install(jar);
        host.start(plugin);
        Device device = keyway.device("opencl");
        compute(keyway, device);
        ClassLoader loader = LoadedBackend.of(device).getClass().getClassLoader();
        assertNotSame(OpenClBackend.class.getClassLoader(), loader);
        host.uninstall(plugin);
        return loader;
    }

    private static void compute(Keyway keyway, Device device) {
        try (Tensor a = keyway.tensor(device, new float[] {1, 2, 3, 4}, 2, 2);
                Tensor product = a.mm(a)) {
            assertArrayEquals(new float[] {7, 10, 15, 22}, product.toFloatArray());
        }
    }

    private static int await(ReferenceQueue<ClassLoader> collected) throws InterruptedException {
        int count = 0;
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (count < CYCLES && System.nanoTime() < deadline) {
            System.gc();
            while (collected.remove(50) != null) {
                count++;
            }
        }
        return count;
    }
}
