// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native library stays, the plugin goes: nothing of it remains after it was uninstalled. */
@Tag("opencl")
class OpenClUnloadTest {
    private static final int CYCLES = 5;
    private static final Path CLASSES = Path.of("target", "classes");

    @TempDir private Path folder;

    @Test
    void everyClassLoaderIsCollected() throws Exception {
        Path jar = pack(folder.resolve("opencl.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host =
                        PluginHost.open(
                                keyway,
                                (plugin, reason, remedy) -> {
                                    throw new AssertionError(plugin + ": " + reason);
                                })) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                cycle(keyway, host, jar);
            }
            int left = loaders();
            for (int wait = 0; left > 0 && wait < 100; wait++) {
                Thread.sleep(100);
                left = loaders();
            }
            assertEquals(0, left, "class loaders that were not collected");
        }
    }

    /** In a method of its own, whose variables are gone when it has returned. */
    private static void cycle(Keyway keyway, PluginHost host, Path jar) throws Exception {
        Plugin plugin = host.install(jar);
        host.start(plugin);
        Device device = keyway.device("opencl");
        try (Tensor a = keyway.tensor(device, new float[] {1, 2, 3, 4}, 2, 2);
                Tensor product = a.mm(a)) {
            assertArrayEquals(new float[] {7, 10, 15, 22}, product.toFloatArray());
        }
        assertTrue(loaders() > 0, "a plugin that is there has a class loader");
        host.uninstall(plugin);
    }

    /** Class loaders of bundles that are reachable: the JVM collects before it counts. */
    private static int loaders() throws Exception {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        for (String line : histogram.split("\n")) {
            if (line.contains("BundleClassLoader")) {
                return Integer.parseInt(line.strip().split(" +")[1]);
            }
        }
        return 0;
    }

    /** The bundle as the build packs it. */
    private static Path pack(Path jar) throws IOException {
        Path manifest = CLASSES.resolve("META-INF").resolve("MANIFEST.MF");
        try (InputStream in = Files.newInputStream(manifest);
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, new Manifest(in));
                Stream<Path> files = Files.walk(CLASSES)) {
            for (Path path : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!path.equals(manifest)) {
                    String name = CLASSES.relativize(path).toString().replace('\\', '/');
                    out.putNextEntry(new JarEntry(name));
                    out.write(Files.readAllBytes(path));
                    out.closeEntry();
                }
            }
        }
        return jar;
    }
}
