// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * The page "Add an operator": its blocks are those of the sources, and an operator that is made of
 * them alone passes the suite on every device.
 */
class AddAnOperatorTest {
    private static final String NAME = "doc::threshold_backward";
    private static final String SCHEMA = "threshold_backward(Tensor grad_output";
    private static final String META = "OperatorDefinition thresholdBackward()";
    private static final String COMPOSITE = "Tensor masked(";
    private static final String ORACLE = "table.add(\"threshold_backward\"";
    private static final String ORACLE_LOOP = "Expected thresholdBackward(";
    private static final String SAMPLES = "table.operator(\"threshold_backward\"";
    private static final String CASES = "void thresholdBackward(OperatorSamples";
    private static final String KERNEL = "registry.operator(\n        \"threshold_backward\"";

    @TempDir Path folder;

    private Page page;

    @BeforeEach
    void read() throws IOException {
        page = new Page("add-an-operator.md");
    }

    @Test
    void theBlocksAreThoseOfTheSources() throws IOException {
        String operators = "dispatcher/src/main/java/dev/keyway/dispatch/operators/";
        String suite = "conformance-tests/src/main/java/dev/keyway/conformance/";
        Map<String, List<String>> sources =
                Map.of(
                        "api/src/main/schemas/pointwise.schema",
                        List.of(SCHEMA),
                        operators + "Activations.java",
                        List.of(META, COMPOSITE),
                        suite + "oracle/CompareOracles.java",
                        List.of(ORACLE, ORACLE_LOOP),
                        suite + "sample/SelectionSamples.java",
                        List.of(SAMPLES, CASES),
                        "backend-cpu-simd/src/main/java/dev/keyway/backend/cpu/pointwise/"
                                + "ThresholdKernels.java",
                        List.of(KERNEL));
        List<String> different = new ArrayList<>();
        for (var entry : sources.entrySet()) {
            for (String text : entry.getValue()) {
                Path source = Page.root().resolve(entry.getKey());
                if (!Page.contains(source, page.with(text))) {
                    different.add("the block with '" + text + "' is not in " + entry.getKey());
                }
            }
        }
        assertEquals(List.of(), different);
    }

    @Test
    void anOperatorMadeOfTheBlocksPassesOnEveryDevice() throws Exception {
        write("dev/keyway/dispatch/operators/PageOperator.java", definition());
        write("dev/keyway/conformance/oracle/PageOracles.java", oracles());
        write("dev/keyway/conformance/sample/PageSamples.java", samples());
        String services = "META-INF/services/dev.keyway.conformance.";
        write(services + "oracle.OracleFamily", "dev.keyway.conformance.oracle.PageOracles\n");
        write(services + "sample.SampleFamily", "dev.keyway.conformance.sample.PageSamples\n");
        compile();
        String printed = run("reference", "simulated", "cpu");
        List<String> lines = printed.lines().toList();
        assertEquals(3, lines.size(), printed);
        for (String line : lines) {
            assertTrue(line.matches("\\w+:0: (\\d{3}) of \\1 checks passed"), printed);
        }
    }

    private String definition() {
        String schema = page.with(SCHEMA).split(" \\|", 2)[0];
        return """
                package dev.keyway.dispatch.operators;

                import dev.keyway.*;
                import dev.keyway.attributes.*;
                import dev.keyway.operator.*;
                import dev.keyway.schema.*;

                public final class PageOperator {
                    public static OperatorDefinition definition() {
                        return thresholdBackward();
                    }
                """
                + page.with(META)
                        .replace(
                                "Schemas.THRESHOLD_BACKWARD",
                                "OperatorSchema.parse(\"doc::" + schema + "\")")
                        .replace("Activations::", "PageOperator::")
                + page.with(COMPOSITE).replace("@Nullable ", "")
                + "}\n";
    }

    private String oracles() {
        return """
                package dev.keyway.conformance.oracle;

                public final class PageOracles implements OracleFamily {
                    @Override
                    public void register(Oracles.Table table) {
                """
                + page.with(ORACLE)
                        .replace("threshold_backward", NAME)
                        .replace("CompareOracles::", "PageOracles::")
                + "}\n"
                + page.with(ORACLE_LOOP)
                + "}\n";
    }

    private String samples() {
        return """
                package dev.keyway.conformance.sample;

                import dev.keyway.conformance.oracle.*;

                public final class PageSamples implements SampleFamily {
                    @Override
                    public void register(Samples.Table table) {
                """
                + page.with(SAMPLES).replace("threshold_backward", NAME)
                + "}\n"
                + page.with(CASES)
                + "}\n";
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void compile() throws IOException {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString()));
        try (Stream<Path> sources = Files.walk(folder)) {
            sources.map(Path::toString).filter(s -> s.endsWith(".java")).forEach(options::add);
        }
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, System.out, System.err, options.toArray(String[]::new));
        assertEquals(0, status, "the page's blocks do not compile");
    }

    /** In a process of its own, as the suite collects its families once in a process. */
    private String run(String... devices) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        String classes = folder + File.pathSeparator + System.getProperty("java.class.path");
        command.addAll(List.of("-cp", classes, PageRun.class.getName()));
        command.add("dev.keyway.dispatch.operators.PageOperator");
        command.addAll(List.of(devices));
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), printed + Files.readString(errors));
        return printed;
    }
}
