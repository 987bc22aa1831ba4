// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.spi.Backend;

import org.osgi.framework.Bundle;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Compiles a plugin from templates among the test resources and packs it as a bundle. */
final class TestPlugin {
    private static final String API =
            "dev.keyway;version=\"[1.0,2)\",dev.keyway.spi;version=\"[1.0,2)\"";

    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final List<String> templates = new ArrayList<>();

    /** A tiny backend that adds f32 numbers. */
    TestPlugin(String symbolicName, String version) {
        this(symbolicName, version, List.of("tiny.TinyBackend"));
        value("DEVICE", "tiny").value("FAULT", "").service("tiny.TinyBackend");
    }

    private TestPlugin(String symbolicName, String version, List<String> templates) {
        header("Manifest-Version", "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", version);
        header("Import-Package", API);
        value("VERSION", version);
        this.templates.addAll(templates);
    }

    /** A plugin of other classes, each with a template of its simple name. */
    static TestPlugin of(String symbolicName, String version, String... classNames) {
        return new TestPlugin(symbolicName, version, List.of(classNames));
    }

    /** Sets a header of the manifest; an empty value removes it. */
    TestPlugin header(String name, String value) {
        return set(headers, name, value);
    }

    /** Imports more packages than those of every plugin. */
    TestPlugin imports(String packages) {
        return header("Import-Package", headers.get("Import-Package") + "," + packages);
    }

    /** What {@code @NAME@} stands for in the templates. */
    TestPlugin value(String name, String value) {
        values.put("@" + name + "@", value);
        return this;
    }

    /** The device type. */
    TestPlugin device(String type) {
        return value("DEVICE", type);
    }

    /** The step at which the backend throws. */
    TestPlugin failAt(String step) {
        return value("FAULT", step);
    }

    /** The content of the backend's services file; an empty one leaves the file out. */
    TestPlugin service(String content) {
        return service(ServiceFile.BACKENDS, content);
    }

    /** The content of a services file; an empty one leaves the file out. */
    TestPlugin service(ServiceFile<?> file, String content) {
        return set(entries, file.path(), content);
    }

    private TestPlugin set(Map<String, String> map, String name, String value) {
        if (value.isEmpty()) {
            map.remove(name);
        } else {
            map.put(name, value);
        }
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
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                add(out, entry.getKey(), entry.getValue().getBytes(UTF_8));
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
        List<Source> sources = new ArrayList<>();
        for (String name : templates) {
            sources.add(new Source(name, source(name)));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classPath = place(Backend.class) + File.pathSeparator + place(Bundle.class);
        List<String> options = List.of("-proc:none", "-cp", classPath, "-d", classes.toString());
        if (!compiler.getTask(null, null, null, options, null, sources).call()) {
            throw new IOException("the test plugin does not compile");
        }
    }

    private String source(String className) throws IOException {
        String resource = className.substring(className.lastIndexOf('.') + 1) + ".java.txt";
        String source;
        try (InputStream in = TestPlugin.class.getResourceAsStream(resource)) {
            source = new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            source = source.replace(value.getKey(), value.getValue());
        }
        return source;
    }

    private static Path place(Class<?> of) throws IOException {
        try {
            return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
