// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.plugins.opencl.twice.TwiceKernel;
import dev.keyway.plugins.opencl.twice.TwiceOperators;
import dev.keyway.spi.KernelProvider;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One plugin brings the device, another an operator, a third a kernel for it in OpenCL C. */
@Tag("opencl")
class OpenClCustomOperatorTest {
    private static final String API =
            "dev.keyway,dev.keyway.spi,dev.keyway.operator,dev.keyway.schema";

    private final Keyway keyway = Keyway.builder().classPathBackends(false).open();
    private PluginHost host;
    @TempDir private Path folder;

    @BeforeEach
    void open() {
        host =
                PluginHost.open(
                        keyway,
                        (plugin, reason, remedy) -> {
                            throw new AssertionError(plugin + ": " + reason);
                        });
    }

    @AfterEach
    void close() {
        host.close();
        keyway.close();
    }

    private Plugin start(Path jar) {
        Plugin plugin = host.install(jar);
        host.start(plugin);
        return plugin;
    }

    private float[] twice(Device device) {
        try (Tensor x = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x)) {
            return y.toFloatArray();
        }
    }

    @Test
    void theKernelServesUntilItsPluginLeavesAndThenTheComposite() throws Exception {
        Plugin device = start(Bundles.plugin(folder.resolve("opencl.jar"), "1.0.0"));
        start(
                Bundles.of(
                        folder.resolve("operator.jar"),
                        TwiceOperators.class,
                        OperatorFamily.class,
                        API));
        Device opencl = keyway.device("opencl");
        assertArrayEquals(new float[] {2, 4}, twice(opencl));
        Plugin kernel =
                start(
                        Bundles.of(
                                folder.resolve("kernel.jar"),
                                TwiceKernel.class,
                                KernelProvider.class,
                                API + ",dev.keyway.plugins.opencl.device"));
        assertArrayEquals(new float[] {102, 104}, twice(opencl));
        assertEquals(
                "operator kernel: registered by org.TwiceKernel 1.0.0, ranking 1",
                keyway.explain("acme::twice", opencl, DType.F32).candidates().getFirst());
        try (Tensor x = keyway.tensor(opencl, new float[] {1, 2}, 2).requiresGrad_(true);
                Tensor y = keyway.operator("acme::twice").call(Attributes.NONE, null, x);
                Tensor sum = y.sum()) {
            sum.backward();
            assertArrayEquals(new float[] {2, 2}, Objects.requireNonNull(x.grad()).toFloatArray());
        }
        host.uninstall(kernel);
        assertArrayEquals(new float[] {2, 4}, twice(opencl));
        host.uninstall(device);
        PluginException gone = assertThrows(PluginException.class, () -> twice(opencl));
        assertTrue(String.valueOf(gone.getMessage()).contains("opencl 1.0.0"), gone::getMessage);
    }
}
