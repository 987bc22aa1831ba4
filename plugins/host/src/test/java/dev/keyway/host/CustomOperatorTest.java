// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Operator;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A plugin brings an operator, another a kernel for it on a third one's device. */
class CustomOperatorTest {
    private final RecordedProblems problems = new RecordedProblems();
    private final Keyway keyway =
            Keyway.builder().classPathBackends(false).backend(new ReferenceBackend()).open();
    private final Device device = keyway.device("reference");
    private PluginHost host;
    @TempDir Path folder;

    @BeforeEach
    void open() {
        host = PluginHost.open(keyway, problems);
    }

    @AfterEach
    void close() {
        host.close();
        keyway.close();
        assertEquals(List.of(), problems.all);
    }

    private Plugin start(TestPlugin plugin, String name) throws IOException {
        Plugin started = host.install(plugin.write(folder.resolve(name + ".jar")));
        host.start(started);
        return started;
    }

    private float[] twice() {
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x)) {
            return y.toFloatArray();
        }
    }

    @Test
    void theOperatorComputesAndDifferentiatesUntilItsPluginLeaves() throws IOException {
        Plugin plugin = start(Kernels.operator("1.0.0"), "operator");
        assertTrue(keyway.plugins().contains(plugin.info()));
        assertArrayEquals(new float[] {2, 4}, twice());
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2).requiresGrad_(true);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x);
                Tensor sum = y.sum()) {
            sum.backward();
            assertArrayEquals(new float[] {2, 2}, Objects.requireNonNull(x.grad()).toFloatArray());
        }
        try (Tensor x = keyway.tensor(device, new int[] {1}, 1)) {
            Operator operator = keyway.operator("acme::twice");
            String message =
                    assertThrows(
                                    ArgumentException.class,
                                    () -> operator.call(Attributes.NONE, null, x))
                            .getMessage();
            assertTrue(String.valueOf(message).contains("acme::twice: self has dtype i32"));
        }

        Operator kept = keyway.operator("acme::twice");
        host.uninstall(plugin);
        assertFalse(keyway.operators().contains(kept));
        PluginException gone =
                assertThrows(PluginException.class, () -> keyway.operator("acme::twice"));
        assertEquals("operator acme::twice: plugin org.acme 1.0.0 has left", gone.getMessage());
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2)) {
            PluginException left =
                    assertThrows(PluginException.class, () -> kept.call(Attributes.NONE, null, x));
            assertTrue(String.valueOf(left.getMessage()).contains("plugin org.acme 1.0.0"));
        }
    }

    @Test
    void anotherPluginsKernelServesUntilItLeavesWhicheverCameFirst() throws IOException {
        Plugin kernel = start(Kernels.kernel("org.kernels", "1.0.0", 1, 100), "kernel");
        start(Kernels.operator("1.0.0"), "operator");
        assertArrayEquals(new float[] {102, 104}, twice());
        assertEquals(
                List.of(
                        "operator kernel: registered by org.kernels 1.0.0, ranking 1",
                        "family kernel: the operator is not a primitive",
                        "composite: available",
                        "fallback: DENY"),
                keyway.explain("acme::twice", device, DType.F32).candidates());
        assertTrue(keyway.plugins().contains(kernel.info()));
        // The kernel is for f32 alone.
        try (Tensor x = keyway.tensor(device, new double[] {1, 2}, 2);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x)) {
            assertArrayEquals(new double[] {2, 4}, y.toDoubleArray());
        }
        host.uninstall(kernel);
        assertArrayEquals(new float[] {2, 4}, twice());
        assertFalse(keyway.plugins().contains(kernel.info()));
    }

    @Test
    void theNewerVersionOfTheOperatorServesUntilItLeaves() throws IOException {
        Plugin newer = start(Kernels.operator("1.10.0"), "newer");
        Plugin older = start(Kernels.operator("1.9.0"), "older");
        Operator operator = keyway.operator("acme::twice");
        assertEquals(1, keyway.operators().stream().filter(operator::equals).count());
        host.uninstall(newer);
        PluginException left =
                assertThrows(
                        PluginException.class,
                        () -> {
                            try (Tensor x = keyway.tensor(device, new float[] {1}, 1)) {
                                operator.call(Attributes.NONE, null, x);
                            }
                        });
        assertTrue(String.valueOf(left.getMessage()).contains("org.acme 1.10.0"));
        assertArrayEquals(new float[] {2, 4}, twice());
        host.uninstall(older);
    }

    @Test
    void anotherPluginsOperatorOfTheSameNameIsRefused() throws IOException {
        start(Kernels.operator("1.0.0"), "operator");
        TestPlugin copy = Kernels.operator("1.0.0").header("Bundle-SymbolicName", "org.copy");
        Plugin refused = start(copy, "copy");
        assertEquals(Plugin.State.FAILED, refused.state());
        assertTrue(
                refused.reason()
                        .contains(
                                "operator acme::twice of plugin org.copy 1.0.0 is there already,"
                                        + " from plugin org.acme 1.0.0"),
                refused::reason);
        problems.all.clear();
        assertArrayEquals(new float[] {2, 4}, twice());
    }
}
