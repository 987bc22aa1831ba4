// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.cli.broken.BrokenBackend;
import dev.keyway.spi.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs {@link BrokenBackend} as a bundle. */
final class BrokenPlugin {
    private BrokenPlugin() {}

    static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.putValue("Manifest-Version", "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "com.acme.broken");
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue(
                "Import-Package",
                "dev.keyway,dev.keyway.spi,dev.keyway.spi.toolkit,"
                        + "org.jspecify.annotations;resolution:=optional");
        String name = BrokenBackend.class.getName();
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            add(out, "META-INF/services/" + Backend.class.getName(), name.getBytes(UTF_8));
            for (String part : List.of("BrokenBackend", "BrokenBackend$Driver")) {
                try (InputStream in = BrokenBackend.class.getResourceAsStream(part + ".class")) {
                    String path = "dev/keyway/cli/broken/" + part + ".class";
                    add(out, path, Objects.requireNonNull(in, part).readAllBytes());
                }
            }
        }
    }

    private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
