// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.dispatch.LoadedBackend;
import dev.keyway.host.Plugin;
import dev.keyway.host.PluginHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native library stays, the plugin goes. The class loader of the cycle before the last is
 * always collected; that of the last one is still held by something, see ADR 0011.
 */
@Tag("opencl")
class OpenClUnloadTest {
    private static final int CYCLES = 10;
    private static final Path CLASSES = Path.of("target", "classes");

    @TempDir private Path folder;

    @Test
    void atMostTheLastClassLoaderStaysWhileTheRuntimeIsOpen() throws Exception {
        Path jar = pack(folder.resolve("opencl.jar"));
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
            assertTrue(await(collected) >= CYCLES - 1, "class loaders that were collected");
        }
        assertTrue(loaders.stream().filter(loader -> !loader.refersTo(null)).count() <= 1);
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
        while (count < CYCLES - 1 && System.nanoTime() < deadline) {
            System.gc();
            while (collected.remove(50) != null) {
                count++;
            }
        }
        return count;
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
