// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.spi.Backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a tiny backend and packs it as a bundle. */
final class TestPlugin {
    private static final String API =
            "dev.keyway;version=\"[0.1,0.2)\",dev.keyway.spi;version=\"[0.1,0.2)\"";

    private final Map<String, String> headers = new LinkedHashMap<>();
    private String device = "tiny";
    private String fault = "";
    private String service = "tiny.TinyBackend";

    TestPlugin(String symbolicName, String version) {
        header("Manifest-Version", "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", version);
        header("Import-Package", API);
    }

    /** Sets a header of the manifest; an empty value removes it. */
    TestPlugin header(String name, String value) {
        if (value.isEmpty()) {
            headers.remove(name);
        } else {
            headers.put(name, value);
        }
        return this;
    }

    /** The device type. */
    TestPlugin device(String type) {
        device = type;
        return this;
    }

    /** The step at which the backend throws. */
    TestPlugin failAt(String step) {
        fault = step;
        return this;
    }

    /** The content of the services file; an empty one leaves the file out. */
    TestPlugin service(String content) {
        service = content;
        return this;
    }

    /** Writes the jar and returns its path. */
    Path write(Path jar) throws IOException {
        Path classes = Files.createTempDirectory(jar.getParent(), "classes");
        compile(classes);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest());
                Stream<Path> compiled = Files.walk(classes)) {
            for (Path path : compiled.filter(Files::isRegularFile).sorted().toList()) {
                add(out, classes.relativize(path).toString(), Files.readAllBytes(path));
            }
            if (!service.isEmpty()) {
                add(out, BackendServices.FILE, service.getBytes(UTF_8));
            }
        }
        return jar;
    }

    private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private Manifest manifest() {
        Manifest manifest = new Manifest();
        headers.forEach(manifest.getMainAttributes()::putValue);
        return manifest;
    }

    private void compile(Path classes) throws IOException {
        String source;
        try (InputStream in = TestPlugin.class.getResourceAsStream("TinyBackend.java.txt")) {
            source = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
        source =
                source.replace("@DEVICE@", device)
                        .replace("@FAULT@", fault)
                        .replace(
                                "@VERSION@", Objects.requireNonNull(headers.get("Bundle-Version")));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                List.of("-proc:none", "-cp", apiClasses().toString(), "-d", classes.toString());
        if (!compiler.getTask(null, null, null, options, null, List.of(new Source(source)))
                .call()) {
            throw new IOException("the test plugin does not compile");
        }
    }

    private static Path apiClasses() throws IOException {
        try {
            return Path.of(
                    Backend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///tiny/TinyBackend.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
