// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.Loaded;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import dev.keyway.nn.training.FashionMnistTraining;
import dev.keyway.nn.training.TrainingListener;
import dev.keyway.nn.training.TrainingOptions;
import dev.keyway.spi.PluginInfo;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A plugin on which the example's network was trained and which was then uninstalled leaves no
 * class loader, thread or device behind, while the runtime stays open, even where tensors on it are
 * still held.
 */
class UninstalledAfterTrainingTest {
    private static final int CYCLES = 20;

    private static final long WAIT_MILLIS = 20_000;

    @TempDir Path data;
    @TempDir Path plugins;

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "simulated"})
    void everyClassLoaderIsCollected(String name) throws Exception {
        FewImages.write(data, 10, 1);
        Path jar = PluginFolder.fill(plugins, name).resolve(name + ".jar");
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Keyway keyway = Keyway.builder().threads(2).classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, UninstalledAfterTrainingTest::refuse)) {
            Set<Thread> before = threads();
            List<Tensor> held = new ArrayList<>();
            Set<List<Double>> results = new HashSet<>();
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                Plugin plugin = host.install(jar);
                host.start(plugin);
                results.add(train(keyway.device(name)));
                loaders.add(new WeakReference<>(loader(keyway.device(name)), collected));
                held.add(Ops.ones(keyway.device(name), DType.F32, 5).requiresGrad_(true));
                held.add(held.getLast().exp());
                host.uninstall(plugin);
                assertTrue(keyway.devices().isEmpty());
            }
            assertEquals(1, results.size(), results::toString);
            assertEquals(CYCLES, await(collected), "class loaders that were collected");
            assertTrue(loaders.stream().allMatch(loader -> loader.refersTo(null)));
            assertEquals(before, threads());
            for (Tensor tensor : held) {
                PluginException e = assertThrows(PluginException.class, () -> tensor.add(tensor));
                assertTrue(e.getMessage().contains("plugin dev.keyway."), e.getMessage());
                tensor.close();
            }
        }
    }

    private static void refuse(PluginInfo plugin, String reason, String remedy) {
        throw new AssertionError(plugin + ": " + reason + "; " + remedy);
    }

    private static ClassLoader loader(Device device) {
        ClassLoader loader = Loaded.backend(device).getClass().getClassLoader();
        assertNotSame(Keyway.class.getClassLoader(), loader);
        return loader;
    }

    /** Two steps as the command takes them, each on one image; their losses and the accuracy. */
    private List<Double> train(Device device) {
        TrainingOptions options = new TrainingOptions(data, 1, 1, 0.02, 1, null, null, 2);
        List<Double> results = new ArrayList<>();
        TrainingListener listener =
                new SilentListener() {
                    @Override
                    public void onBatch(int epoch, int batch, int batches, double loss) {
                        results.add(loss);
                    }
                };
        results.add(new FashionMnistTraining(device, options, listener).run());
        assertEquals(3, results.size());
        return results;
    }

    private static Set<Thread> threads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("keyway-simulated"));
        return threads;
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
