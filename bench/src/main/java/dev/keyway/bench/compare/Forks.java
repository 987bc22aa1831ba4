// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Starts the processes that measure the rows of one peer for one number of threads. */
final class Forks {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String peer;
    private final List<String> names;
    private final int threads;
    private final boolean quick;
    private final PrintStream progress;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    Forks(String peer, List<String> names, int threads, boolean quick, PrintStream progress) {
        this.peer = peer;
        this.names = names;
        this.threads = threads;
        this.quick = quick;
        this.progress = progress;
        names.forEach(name -> samples.put(name, new ArrayList<>()));
    }

    /** Runs so many processes, one after the other. */
    List<Row> run(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            progress.println(
                    peer + ", " + threads + " threads, process " + (i + 1) + " of " + count);
            once();
        }
        List<Row> rows = new ArrayList<>();
        samples.forEach(
                (name, list) -> {
                    if (!list.isEmpty()) {
                        rows.add(Row.of(list, threads));
                    }
                    if (list.size() < count) {
                        failures.add(
                                name
                                        + ", "
                                        + threads
                                        + " threads: "
                                        + list.size()
                                        + " of "
                                        + count
                                        + " processes measured it");
                    }
                });
        return rows;
    }

    /** What went wrong. */
    List<String> failures() {
        return failures;
    }

    private void once() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command());
        Map<String, String> environment = builder.environment();
        environment.remove("OPENBLAS_CORETYPE");
        environment.remove("OPENBLAS_L2_SIZE");
        environment.put("OMP_NUM_THREADS", String.valueOf(threads));
        environment.put("OPENBLAS_NUM_THREADS", String.valueOf(threads));
        environment.put("DNNL_PRIMITIVE_CACHE_CAPACITY", "1024");
        Path errors = Files.createTempFile("keyway-bench", ".log");
        builder.redirectError(errors.toFile());
        Process process = builder.start();
        CompletableFuture<?> limit =
                CompletableFuture.runAsync(
                        process::destroyForcibly,
                        CompletableFuture.delayedExecutor(
                                (quick ? 30L : 90L) * (1 + names.size()), TimeUnit.SECONDS));
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
            report(process.waitFor(), errors);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while " + peer + " was measured");
        } finally {
            limit.cancel(false);
            process.destroy();
            Files.deleteIfExists(errors);
        }
    }

    /** A process that crashed says why at the end of what it wrote. */
    private void report(int status, Path errors) throws IOException {
        if (status != 0) {
            List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
            failures.add(
                    "the process for "
                            + peer
                            + " ended with status "
                            + status
                            + ": "
                            + String.join(
                                    " / ",
                                    lines.subList(Math.max(0, lines.size() - 5), lines.size())));
        }
    }

    private void take(String line) throws IOException {
        if (line.startsWith(Fork.MARK)) {
            Sample sample = JSON.readValue(line.substring(Fork.MARK.length()), Sample.class);
            List<Sample> list = samples.get(sample.name());
            if (list != null) {
                list.add(sample);
                progress.printf("  %-44s %6.2f%n", sample.name(), sample.ratio());
            }
        } else if (line.startsWith(Fork.FAILED)) {
            failures.add(line.substring(Fork.FAILED.length()));
            progress.println("  " + line.substring(Fork.FAILED.length()));
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx3g",
                        "-XX:+UseParallelGC",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dai.djl.offline=true",
                        "-XX:ErrorFile="
                                + System.getProperty("java.io.tmpdir")
                                + "/keyway-bench-%p.log",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fork.class.getName(),
                        peer,
                        String.valueOf(threads),
                        quick ? "quick" : "full"));
        command.addAll(names);
        return command;
    }
}
