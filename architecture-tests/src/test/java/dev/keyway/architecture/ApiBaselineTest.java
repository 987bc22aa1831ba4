// SPDX-License-Identifier: Apache-2.0
package dev.keyway.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build compares the API with its last release, and fails where a version says too little. */
class ApiBaselineTest {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final Path PROGRAM = Path.of("../build-tools/CheckBaseline.java");

    @TempDir static Path program;

    @TempDir Path folder;
    private final Map<String, byte[]> api = new TreeMap<>();

    private record Outcome(int status, String out) {}

    /** Once, instead of at each start. */
    @BeforeAll
    static void compileTheProgram() {
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                program.toString(),
                                PROGRAM.toString());
        assertEquals(0, status);
    }

    @BeforeEach
    void readTheApi() throws IOException, URISyntaxException {
        Path from =
                Path.of(Keyway.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(from)) {
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    api.put(from.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        } else {
            try (JarFile jar = new JarFile(from.toFile())) {
                for (JarEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        api.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        assertEquals(0, run("update").status);
    }

    private byte[] get(String name) {
        return Objects.requireNonNull(api.get(name), name);
    }

    private void change(String name, ClassTransform transform) {
        ClassFile classes = ClassFile.of();
        byte[] before = get(name);
        api.put(name, classes.transformClass(classes.parse(before), transform));
    }

    private void bump(String from, String to) {
        String manifest = new String(get(MANIFEST), StandardCharsets.UTF_8);
        // Long lines of a manifest go on behind a line break and a space.
        String whole = manifest.replace("\r\n ", "").replace("\n ", "");
        String more =
                whole.replace("\"" + from + "\"", "\"" + to + "\"").replace(": " + from, ": " + to);
        api.put(MANIFEST, more.replaceAll("(.{60})", "$1\r\n ").getBytes(StandardCharsets.UTF_8));
    }

    private Outcome run(String mode) throws IOException {
        Path jar = folder.resolve("api.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            write(out, MANIFEST);
            for (String name : api.keySet()) {
                if (!name.equals(MANIFEST)) {
                    write(out, name);
                }
            }
        }
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                program
                                        + File.pathSeparator
                                        + System.getProperty("java.class.path"),
                                "CheckBaseline",
                                mode,
                                jar.toString(),
                                folder.resolve("releases").toString())
                        .redirectErrorStream(true)
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String told =
                out.lines()
                        .filter(line -> !line.startsWith("SLF4J:"))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        try {
            return new Outcome(process.waitFor(), told);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void write(JarOutputStream out, String name) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(get(name));
        out.closeEntry();
    }

    private void addAnOperator() {
        ClassDesc tensor = ClassDesc.of("dev.keyway.Tensor");
        change(
                "dev/keyway/Ops.class",
                ClassTransform.endHandler(
                        builder ->
                                builder.withMethodBody(
                                        "frobnicate",
                                        MethodTypeDesc.of(tensor, tensor),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        code -> code.aload(0).areturn())));
    }

    @Test
    void whatDidNotChangePasses() throws IOException {
        assertEquals(new Outcome(0, ""), run("check"));
    }

    /** A comment that is longer moves the lines behind it. */
    @Test
    void otherLinesOfTheSourceNeedNoNewVersion() throws IOException {
        change(
                "dev/keyway/Keyway.class",
                ClassTransform.dropping(part -> part instanceof SourceFileAttribute));
        assertEquals(new Outcome(0, ""), run("check"));
    }

    @Test
    void aMethodThatIsGoneNeedsANewMajorVersion() throws IOException {
        change(
                "dev/keyway/spi/DeviceStream.class",
                ClassTransform.dropping(
                        part ->
                                part instanceof MethodModel method
                                        && method.methodName().equalsString("waitFor")));
        Outcome outcome = run("check");
        assertEquals(1, outcome.status, outcome.out);
        assertTrue(
                outcome.out.contains("dev.keyway.spi: its version is 1.0.0 and must become 2.0.0"),
                outcome.out);
        assertTrue(outcome.out.contains("removed METHOD"), outcome.out);
        assertTrue(outcome.out.contains("waitFor("), outcome.out);
    }

    @Test
    void anOperatorMoreNeedsANewMinorVersion() throws IOException {
        addAnOperator();
        Outcome outcome = run("check");
        assertEquals(1, outcome.status, outcome.out);
        assertTrue(
                outcome.out.contains("dev.keyway: its version is 1.0.0 and must become 1.1.0"),
                outcome.out);
        assertTrue(outcome.out.contains("frobnicate(dev.keyway.Tensor)"), outcome.out);
        bump("1.0.0", "1.1.0");
        assertEquals(new Outcome(0, ""), run("check"));
    }

    @Test
    void whatIsGoneIsToldBeforeWhatWasAdded() throws IOException {
        addAnOperator();
        change(
                "dev/keyway/Ops.class",
                ClassTransform.dropping(
                        part ->
                                part instanceof MethodModel method
                                        && (method.methodName().equalsString("zeros")
                                                || method.methodName().equalsString("arange"))));
        String out = run("check").out;
        int arange = out.indexOf("removed METHOD");
        int zeros = out.indexOf("zeros(");
        int added = out.indexOf("added METHOD");
        assertTrue(0 < arange && arange < zeros && zeros < added, out);
        assertTrue(arange < out.indexOf("arange(") && out.indexOf("arange(") < zeros, out);
    }

    @Test
    void withoutAReleaseItSaysWhatToDo() throws IOException {
        try (Stream<Path> releases = Files.walk(folder.resolve("releases"))) {
            for (Path file : releases.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Outcome outcome = run("check");
        assertEquals(1, outcome.status, outcome.out);
        assertTrue(outcome.out.contains("-Dbaseline.mode=update"), outcome.out);
    }
}
