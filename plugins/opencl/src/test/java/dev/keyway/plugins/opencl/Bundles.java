// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Packs what the build compiled as bundles. */
final class Bundles {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path TESTS = Path.of("target", "test-classes");
    private static final Path MANIFEST = Path.of("META-INF", "MANIFEST.MF");

    private Bundles() {}

    /** The plugin as the build packs it, under another version. */
    static Path plugin(Path jar, String version) throws IOException {
        Manifest manifest;
        try (InputStream in = Files.newInputStream(CLASSES.resolve(MANIFEST))) {
            manifest = new Manifest(in);
        }
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<Path> content =
                    files.filter(Files::isRegularFile)
                            .filter(path -> !path.endsWith(MANIFEST))
                            .sorted()
                            .toList();
            return write(jar, manifest, CLASSES, content, Map.of());
        }
    }

    /** A plugin of one class of these tests, with the classes in it. */
    static Path of(Path jar, Class<?> service, Class<?> type, String imports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "org." + service.getSimpleName());
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Import-Package", imports);
        Path folder = TESTS.resolve(service.getPackageName().replace('.', '/'));
        String prefix = service.getSimpleName();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> classes =
                    files.filter(path -> path.getFileName().toString().startsWith(prefix))
                            .sorted()
                            .toList();
            String entry = "META-INF/services/" + type.getName();
            return write(jar, manifest, TESTS, classes, Map.of(entry, service.getName()));
        }
    }

    private static Path write(
            Path jar, Manifest manifest, Path root, List<Path> files, Map<String, String> texts)
            throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Path path : files) {
                String name = root.relativize(path).toString().replace('\\', '/');
                out.putNextEntry(new JarEntry(name));
                out.write(Files.readAllBytes(path));
                out.closeEntry();
            }
            for (Map.Entry<String, String> text : texts.entrySet()) {
                out.putNextEntry(new JarEntry(text.getKey()));
                out.write(text.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return jar;
    }
}
