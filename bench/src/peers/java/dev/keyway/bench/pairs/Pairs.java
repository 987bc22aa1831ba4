// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyway.bench.compare.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures operators side by side with libtorch and keeps the table of ratios. */
@Command(
        name = "pairs",
        mixinStandardHelpOptions = true,
        description = "Measures each operator side by side with libtorch.",
        footer = {
            "",
            "Status 0: measured; 1: results differ, a process failed or, with --save, a row below 0.5",
            "has no line that says why; 2: wrong usage."
        })
public final class Pairs implements Callable<Integer> {
    @Option(names = "--threads", split = ",", paramLabel = "N", description = "Default: 1,2.")
    private int[] threads = {1, 2};

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "TEXT",
            description = "Only rows with one of these in their names.")
    private List<String> names = List.of();

    @Option(names = "--save", description = "Put the rows into the table of this CPU model.")
    private boolean save;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Where tables are (default: bench/results).")
    private Path results = Path.of("bench", "results");

    @Parameters(arity = "0..*", paramLabel = "FAMILY", description = "Default: all.")
    private List<String> families = List.of();

    private final List<String> failures = new ArrayList<>();

    private Pairs() {}

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Pairs()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<String> known = PairFamilies.all().stream().map(PairFamily::name).toList();
        if (!known.containsAll(families)) {
            System.err.println("pairs: the families are " + String.join(", ", known));
            return 2;
        }
        List<Row> rows = new ArrayList<>();
        List<String> missing = List.of();
        for (String family : families.isEmpty() ? known : families) {
            for (int each : threads) {
                process(family, each, rows);
            }
            if (save) {
                // After each family: who stops a long run keeps what is measured.
                missing = PairTable.here(results).with(rows).write();
            }
        }
        failures.addAll(missing);
        failures.forEach(failure -> System.err.println("pairs: " + failure));
        return failures.isEmpty() ? 0 : 1;
    }

    private void process(String family, int threads, List<Row> rows) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(family, threads));
        settings(builder.environment(), threads);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String open = "";
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                open = line.startsWith("@open ") ? line.substring("@open ".length()) : open;
                take(line, threads, rows);
            }
            int status = process.waitFor();
            if (status != 0) {
                failures.add(open + ", " + threads + " threads: the process ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroy();
        }
    }

    private List<String> command(String family, int threads) {
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
                        "-cp",
                        System.getProperty("java.class.path"),
                        PairsProcess.class.getName(),
                        family,
                        String.valueOf(threads)));
        command.addAll(names);
        return command;
    }

    /**
     * For libtorch: its threads, and an allocator that keeps large blocks instead of giving them
     * back.
     */
    private static void settings(Map<String, String> environment, int threads) {
        environment.put("OMP_NUM_THREADS", String.valueOf(threads));
        environment.put("MALLOC_ARENA_MAX", "1");
        environment.put("MALLOC_MMAP_THRESHOLD_", "1073741824");
        environment.put("MALLOC_TRIM_THRESHOLD_", "2147483648");
    }

    private void take(String line, int threads, List<Row> rows) throws IOException {
        if (line.startsWith(PairsProcess.MARK)) {
            Row row =
                    new ObjectMapper()
                            .readValue(line.substring(PairsProcess.MARK.length()), Row.class);
            rows.add(row);
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %d %7.2f %12.2f us %12.2f us%n",
                    row.name(),
                    threads,
                    row.ratio(),
                    row.ours(),
                    row.theirs());
        } else if (line.startsWith(PairsProcess.FAILED)) {
            failures.add(line.substring(PairsProcess.FAILED.length()));
            System.out.println(line);
        } else if (!line.startsWith("@open ") && !line.startsWith("WARNING")) {
            System.err.println(line);
        }
    }
}
