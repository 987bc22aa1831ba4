// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.spi.Backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Puts the plugins of the test class path into a folder, as the bundles that they are. */
final class PluginFolder {
    private static final String SERVICES = "META-INF/services/" + Backend.class.getName();

    private PluginFolder() {}

    /** Fills the folder with the plugins whose symbolic names contain one of the words. */
    static Path fill(Path folder, String... words) throws IOException {
        for (URL services : services()) {
            Path root = root(services);
            for (String word : words) {
                if (symbolicName(root).contains(word)) {
                    pack(root, folder.resolve(word + ".jar"));
                }
            }
        }
        return folder;
    }

    private static List<URL> services() throws IOException {
        List<URL> found = new ArrayList<>();
        PluginFolder.class
                .getClassLoader()
                .getResources(SERVICES)
                .asIterator()
                .forEachRemaining(found::add);
        return found;
    }

    /** The jar, or the folder of classes where the reactor has not packed one. */
    private static Path root(URL services) throws IOException {
        if (services.openConnection() instanceof JarURLConnection jar) {
            return Path.of(URI.create(jar.getJarFileURL().toString()));
        }
        Path file = Path.of(URI.create(services.toString()));
        return file.resolve("../../..").normalize();
    }

    private static String symbolicName(Path root) throws IOException {
        return Objects.requireNonNullElse(
                manifest(root).getMainAttributes().getValue("Bundle-SymbolicName"), "");
    }

    private static Manifest manifest(Path root) throws IOException {
        if (Files.isRegularFile(root)) {
            try (JarFile jar = new JarFile(root.toFile())) {
                return Objects.requireNonNullElseGet(jar.getManifest(), Manifest::new);
            }
        }
        try (InputStream in = Files.newInputStream(root.resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(in);
        }
    }

    private static void pack(Path root, Path jar) throws IOException {
        if (Files.isRegularFile(root)) {
            Files.copy(root, jar);
            return;
        }
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest(root));
                Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                String name = root.relativize(path).toString();
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(path, out);
                }
            }
        }
    }

    /** Writes the jar again with another version in its manifest, and says where. */
    static Path withVersion(Path jar, Path target, String version) throws IOException {
        Manifest manifest = manifest(jar);
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        try (JarFile in = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(target);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (JarEntry entry : Collections.list(in.entries())) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.getInputStream(entry).transferTo(out);
                }
            }
        }
        return target;
    }
}
