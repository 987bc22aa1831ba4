// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Several plugins' kernels for one operator: ranking, then name; within one plugin the newest. */
class KernelRankingTest {
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

    private static TestPlugin exp(String symbolicName, String version, int ranking, int mark) {
        return Kernels.kernel(symbolicName, version, ranking, mark).value("OPERATOR", "exp");
    }

    /**
     * What the kernel that serves {@code exp} makes of 0: its mark, or 1 from the backend's own.
     */
    private float served() {
        try (Tensor x = keyway.tensor(device, new float[] {0}, 1);
                Tensor y = x.exp()) {
            return y.toFloatArray()[0];
        }
    }

    @Test
    void theHighestRankingServesAndLeavingExposesTheNext() throws IOException {
        assertEquals(1, served());
        Plugin low = start(exp("org.low", "1.0.0", -1, 10), "z");
        assertEquals(1, served());
        Plugin high = start(exp("org.high", "1.0.0", 5, 20), "y");
        assertEquals(20, served());
        Plugin higher = start(exp("org.higher", "1.0.0", 6, 30), "x");
        assertEquals(30, served());
        assertEquals(
                List.of(
                        "operator kernel: registered by org.higher 1.0.0, ranking 6",
                        "operator kernel: registered by org.high 1.0.0, ranking 5; ranking 5 is"
                                + " below 6 of org.higher 1.0.0",
                        "family kernel EXP: registered by "
                                + device.plugin()
                                + "; ranking 0 is below 6 of org.higher 1.0.0",
                        "operator kernel: registered by org.low 1.0.0, ranking -1; ranking -1 is"
                                + " below 6 of org.higher 1.0.0",
                        "composite: none",
                        "fallback: DENY"),
                keyway.explain("exp", device, DType.F32).candidates());
        host.stop(higher);
        assertEquals(20, served());
        host.start(higher);
        assertEquals(30, served());
        host.uninstall(high);
        assertEquals(30, served());
        host.uninstall(higher);
        assertEquals(1, served());
        host.uninstall(low);
        assertEquals(1, served());
    }

    @Test
    void equalRankingsGoByNameWhicheverCameFirst() throws IOException {
        Plugin second = start(exp("org.b", "9.0.0", 1, 20), "a");
        assertEquals(20, served());
        Plugin first = start(exp("org.a", "1.0.0", 1, 10), "b");
        assertEquals(10, served());
        assertEquals(
                "operator kernel: registered by org.b 9.0.0, ranking 1; the ranking is that of"
                        + " org.a 1.0.0, whose name comes first",
                keyway.explain("exp", device, DType.F32).candidates().get(1));
        host.uninstall(first);
        assertEquals(20, served());
        host.uninstall(second);
        assertEquals(1, served());
    }

    @Test
    void withinOnePluginTheNewestServes() throws IOException {
        Plugin newest = start(exp("org.a", "1.10.0", 1, 30), "a");
        start(exp("org.a", "1.9.0", 1, 20), "b");
        assertEquals(30, served());
        host.uninstall(newest);
        assertEquals(20, served());
    }

    @Test
    void anUpdateServesAtOnce() throws IOException {
        Plugin plugin = start(exp("org.a", "1.0.0", 1, 10), "a");
        assertEquals(10, served());
        host.update(plugin, exp("org.a", "1.1.0", 1, 20).write(folder.resolve("b.jar")));
        assertEquals(20, served());
    }

    @Test
    void aKernelThatServesSomeAttributesLeavesTheOthersToTheNext() throws IOException {
        // add.Tensor is the primitive ADD for alpha = 1 only.
        Plugin below = start(Kernels.add("org.below", -1, 50), "below");
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor plain = x.add(x);
                Tensor scaled = x.add(x, dev.keyway.Scalar.of(3))) {
            assertArrayEquals(new float[] {2, 4}, plain.toFloatArray());
            assertArrayEquals(new float[] {50, 50}, scaled.toFloatArray());
        }
        host.uninstall(below);
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor scaled = x.add(x, dev.keyway.Scalar.of(3))) {
            assertArrayEquals(new float[] {4, 8}, scaled.toFloatArray());
        }
    }
}
