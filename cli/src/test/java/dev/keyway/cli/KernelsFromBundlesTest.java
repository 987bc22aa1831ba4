// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.dispatch.Loaded;
import dev.keyway.nn.training.FashionMnistTraining;
import dev.keyway.nn.training.TrainingOptions;
import dev.keyway.spi.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels with which {@code train} and {@code conformance} compute come from the bundle in the
 * plugin folder, though the same classes are on the class path of this test.
 */
class KernelsFromBundlesTest {
    private static final String CPU = "dev.keyway.backend.cpu.";
    private static final Set<String> VECTORISED =
            Set.of(
                    "conv2d",
                    "convolution_backward_input",
                    "convolution_backward_weight",
                    "native_batch_norm",
                    "native_batch_norm_backward",
                    "max_pool2d_with_indices",
                    "max_pool2d_backward",
                    "threshold_backward",
                    "addmm",
                    "mm",
                    "add.Tensor");

    @TempDir static Path plugins;
    @TempDir static Path data;

    @BeforeAll
    static void fill() throws IOException {
        PluginFolder.fill(plugins, "cpu", "reference");
        FewImages.write(data, 100, 20);
    }

    @Test
    void thoseOfTrain() {
        Set<String> fromBundle =
                used(
                        device -> {
                            TrainingOptions options =
                                    new TrainingOptions(data, 1, 20, 0.02, 1, null, null, 40);
                            new FashionMnistTraining(device, options, new SilentListener()).run();
                        });
        Set<String> missing = new TreeSet<>(VECTORISED);
        missing.removeAll(fromBundle);
        missing.remove("addmm"); // linear is one or the other
        missing.remove("mm");
        assertEquals(Set.of(), missing, fromBundle::toString);
        assertTrue(fromBundle.contains("mm") || fromBundle.contains("addmm"));
    }

    @Test
    void thoseOfConformance() {
        Set<String> fromBundle =
                used(
                        device ->
                                assertTrue(
                                        ConformanceRunner.run(
                                                        device.keyway(),
                                                        device,
                                                        ConformanceOptions.all()
                                                                .operators(VECTORISED))
                                                .passed()));
        Set<String> missing = new TreeSet<>(VECTORISED);
        missing.removeAll(fromBundle);
        assertEquals(Set.of(), missing, fromBundle::toString);
    }

    /** Work on a device. */
    private interface Work {
        void on(Device device);
    }

    /** A kernel's use. */
    private record Use(Operator operator, DType dtype) {}

    /** The operators of the work that kernels of the bundle's own classes served. */
    private static Set<String> used(Work work) {
        Set<String> fromBundle = new TreeSet<>();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).plugins(plugins).open()) {
            Device device = keyway.device("cpu");
            Map<Use, Device> uses = new ConcurrentHashMap<>();
            try (var scope = keyway.observe(new Uses(uses))) {
                work.on(device);
            }
            ClassLoader bundle = Loaded.backend(device).getClass().getClassLoader();
            assertNotSame(KernelsFromBundlesTest.class.getClassLoader(), bundle);
            assertTrue(bundle.toString().contains(CPU.substring(0, CPU.length() - 1)));
            uses.forEach(
                    (use, on) -> {
                        assertSame(device, on, use::toString);
                        Kernel kernel = Loaded.kernel(use.operator(), device, use.dtype());
                        if (kernel != null && kernel.getClass().getName().startsWith(CPU)) {
                            assertSame(bundle, kernel.getClass().getClassLoader(), use::toString);
                            fromBundle.add(use.operator().schema().qualifiedName());
                        }
                    });
        }
        return fromBundle;
    }

    /** Collects what was called on which device. */
    private record Uses(Map<Use, Device> all) implements Observer {
        @Override
        public void before(Operator operator, Device device, DType computeDType) {
            assertNotNull(operator);
            all.put(new Use(operator, computeDType), device);
        }

        @Override
        public void after(Operator operator, Device device, DType computeDType) {}
    }
}
