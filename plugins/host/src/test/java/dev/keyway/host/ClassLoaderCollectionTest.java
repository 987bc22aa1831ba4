// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Attributes;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** A plugin that was uninstalled leaves nothing behind: its class loader is collected. */
class ClassLoaderCollectionTest {
    private static final int CYCLES = 20;

    private final Collected collected = new Collected();
    @TempDir Path folder;

    @Test
    void everyClassLoaderIsCollectedWhileTheRuntimeStaysOpen() throws Exception {
        Path jar = new TestPlugin("org.tiny", "1.0.0").write(folder.resolve("tiny.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, new RecordedProblems())) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                backendCycle(keyway, host, jar);
            }
            assertEquals(CYCLES, collected.await(), "class loaders that were collected");
        }
    }

    private void backendCycle(Keyway keyway, PluginHost host, Path jar) {
        Plugin plugin = host.install(jar);
        host.start(plugin);
        Device device = keyway.device("tiny");
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4}, sum.toFloatArray());
        }
        collected.watch(plugin);
        host.uninstall(plugin);
    }

    @Test
    void operatorsAndKernelsAreCollectedAfterTrainingWithThemOnSeveralThreads() throws Exception {
        Path operator = Kernels.operator("1.0.0").write(folder.resolve("operator.jar"));
        Path kernel = Kernels.kernel("org.k", "1.0.0", 1, 0).write(folder.resolve("kernel.jar"));
        try (Keyway keyway =
                        Keyway.builder()
                                .classPathBackends(false)
                                .backend(new ReferenceBackend())
                                .threads(3)
                                .open();
                PluginHost host = PluginHost.open(keyway, new RecordedProblems())) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                operatorCycle(keyway, host, operator, kernel);
            }
            assertEquals(2 * CYCLES, collected.await(), "class loaders that were collected");
        }
    }

    private void operatorCycle(Keyway keyway, PluginHost host, Path operatorJar, Path kernelJar) {
        Plugin operator = host.install(operatorJar);
        Plugin kernel = host.install(kernelJar);
        host.start(operator);
        host.start(kernel);
        train(keyway);
        collected.watch(operator);
        collected.watch(kernel);
        host.uninstall(operator);
        host.uninstall(kernel);
    }

    private static void train(Keyway keyway) {
        Device device = keyway.device("reference");
        float[] numbers = new float[10_000];
        java.util.Arrays.fill(numbers, 3);
        try (Tensor x = keyway.tensor(device, numbers, numbers.length).requiresGrad_(true);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x);
                Tensor mean = y.mean()) {
            mean.backward();
            assertEquals(6, mean.item());
        }
    }
}
