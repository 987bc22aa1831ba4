// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.wiring.BundleWiring;

import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A plugin that was uninstalled leaves nothing behind: its class loader is collected. */
class ClassLoaderCollectionTest {
    private static final int CYCLES = 20;
    private static final long WAIT_MILLIS = 20_000;

    @TempDir Path folder;

    @Test
    void everyClassLoaderIsCollectedWhileTheRuntimeStaysOpen() throws Exception {
        Path jar = new TestPlugin("org.tiny", "1.0.0").write(folder.resolve("tiny.jar"));
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, new RecordedProblems())) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                loaders.add(cycle(keyway, host, jar, collected));
            }
            assertEquals(CYCLES, await(collected), "class loaders that were collected");
        }
        assertTrue(loaders.stream().allMatch(loader -> loader.refersTo(null)));
    }

    private static WeakReference<ClassLoader> cycle(
            Keyway keyway, PluginHost host, Path jar, ReferenceQueue<ClassLoader> collected)
            throws IOException {
        Plugin plugin = host.install(jar);
        host.start(plugin);
        Device device = keyway.device("tiny");
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4}, sum.toFloatArray());
        }
        ClassLoader loader =
                Objects.requireNonNull(plugin.bundle()).adapt(BundleWiring.class).getClassLoader();
        assertNotSame(Keyway.class.getClassLoader(), loader);
        WeakReference<ClassLoader> reference = new WeakReference<>(loader, collected);
        host.uninstall(plugin);
        return reference;
    }

    private static int await(ReferenceQueue<ClassLoader> collected) throws InterruptedException {
        int count = 0;
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (count < CYCLES && System.nanoTime() < deadline) {
            System.gc();
            while (collected.remove(50) != null) {
                count++;
            }
        }
        return count;
    }
}
