// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.Report;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The code of the how-to pages compiles and does what they say. */
class HowToPagesTest {
    private static final String BACKEND = "src/main/java/com/acme/AcmeBackend.java";
    private static final String MEMORY = "src/main/java/com/acme/AcmeMemory.java";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "how-to-streams.md",
                "how-to-explain.md",
                "how-to-fuse.md",
                "how-to-channels-last.md"
            })
    void theProgramPrintsWhatThePageShows(String name) throws Exception {
        Page page = new Page(name);
        String program = page.marked(getClass()).getFirst();
        assertEquals(page.text(), ExampleProgram.run(folder, program));
    }

    @Test
    void copiesGoThroughPinnedBuffers() throws Exception {
        GeneratedPlugin plugin = GeneratedPlugin.acme(folder);
        List<String> blocks = new Page("how-to-pinned-memory.md").marked(getClass());
        plugin.add("src/main/java/com/acme/AcmeStaging.java", blocks.get(0));
        plugin.replaceMethod(MEMORY, blocks.get(1));
        String field = "    private final AtomicLong used";
        plugin.replace(
                MEMORY,
                field,
                "    private final AcmeStaging staging = new AcmeStaging();\n" + field);
        plugin.replace(
                MEMORY, "    void close() {\n", "    void close() {\n        staging.close();\n");
        Report report =
                plugin.run("acme", ConformanceOptions.all().operators(Set.of("clone", "mm")));
        assertTrue(report.passed(), report::text);
        float[] large = new float[1_000_003];
        for (int i = 0; i < large.length; i++) {
            large[i] = i;
        }
        float[] back =
                plugin.with(
                        keyway -> {
                            try (Tensor x = keyway.tensor(keyway.device(), large, large.length)) {
                                return x.toFloatArray();
                            }
                        });
        assertArrayEquals(large, back);
    }

    @Test
    void anOperatorOfTheVendorComputesAndDifferentiates() throws Exception {
        GeneratedPlugin plugin = GeneratedPlugin.acme(folder);
        List<String> blocks = new Page("how-to-custom-operators.md").marked(getClass());
        plugin.add("src/main/java/com/acme/AcmeOperators.java", blocks.get(0));
        String plain = "        PlainKernels.register(registry, this);\n";
        plugin.replace(BACKEND, plain, plain + blocks.get(1));
        plugin.replace(
                BACKEND,
                "import dev.keyway.spi.KernelRegistry;\n",
                "import dev.keyway.spi.KernelRegistry;\nimport dev.keyway.spi.Layout;\n");
        float[] results =
                plugin.with(
                        (keyway, loader) -> {
                            OperatorFamily family =
                                    (OperatorFamily)
                                            loader.loadClass("com.acme.AcmeOperators")
                                                    .getConstructor()
                                                    .newInstance();
                            PluginInfo info = new PluginInfo("com.acme", "1.0.0", "a test");
                            try (Registration _ =
                                            keyway.register(family.definitions().getFirst(), info);
                                    Tensor x = keyway.tensor(keyway.device(), new float[] {3}, 1);
                                    Tensor y =
                                            keyway.operator("acme::twice")
                                                    .call(
                                                            Attributes.NONE,
                                                            null,
                                                            x.requiresGrad_(true))) {
                                y.backward();
                                Tensor gradient = x.grad();
                                return gradient == null
                                        ? new float[0]
                                        : new float[] {(float) y.item(), (float) gradient.item()};
                            }
                        });
        assertArrayEquals(new float[] {6, 2}, results);
    }
}
