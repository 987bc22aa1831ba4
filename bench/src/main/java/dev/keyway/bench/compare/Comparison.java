// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./keyway bench}: measures, prints the table, compares with the committed one. */
@Command(
        name = "keyway bench",
        mixinStandardHelpOptions = true,
        description =
                "Runs Keyway and other libraries side by side, on the same data and threads, and"
                        + " prints how they compare.",
        footer = {
            "",
            "Status 0: measured; 1: results differ, a process failed or the gate found a problem;",
            "2: wrong usage or nothing selected."
        })
public final class Comparison implements Callable<Integer> {
    @Option(
            names = "--quick",
            description = "Fewer rows, one process for each, short times: under five minutes.")
    private boolean quick;

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "Threads that both sides get (default: 1,2).")
    private int[] threads = {1, 2};

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "Processes that measure each row (default: 3; quick: 1).")
    private int forks;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description =
                    "Where tables are written and committed ones are (default: bench/results).")
    private Path results = Path.of("bench", "results");

    @Option(
            names = "--save",
            description =
                    "Write the table, as JSON, Markdown and plots; later runs are compared with it.")
    private boolean save;

    @Option(
            names = "--gate",
            description = "Compare with the saved table of this CPU model; fail when it is worse.")
    private boolean gate;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "Only rows whose name contains one of these.")
    private List<String> names = List.of();

    private final PrintStream progress = System.err;

    private Comparison() {}

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Comparison()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int count = forks > 0 ? forks : quick ? 1 : 3;
        for (Map.Entry<String, List<String>> peer : selected().entrySet()) {
            for (int each : threads) {
                Forks runs = new Forks(peer.getKey(), peer.getValue(), each, quick, progress);
                rows.addAll(runs.run(count));
                failures.addAll(runs.failures());
            }
        }
        if (rows.isEmpty() && failures.isEmpty()) {
            progress.println("keyway bench: no row is called " + String.join(" or ", names));
            return 2;
        }
        Report report = new Report(Machine.here(), quick, rows);
        failures.addAll(finish(report));
        failures.forEach(failure -> progress.println("keyway bench: " + failure));
        return failures.isEmpty() ? 0 : 1;
    }

    /** The names of rows by peer: one process loads a peer for all of its rows. */
    private Map<String, List<String>> selected() {
        Map<String, List<String>> selected = new LinkedHashMap<>();
        for (ContestFamily family : ServiceLoader.load(ContestFamily.class)) {
            for (ContestFamily.Entry entry : family.entries()) {
                if ((!quick || entry.quick()) && isNamed(entry.name())) {
                    selected.computeIfAbsent(family.peer(), peer -> new ArrayList<>())
                            .add(entry.name());
                }
            }
        }
        return selected;
    }

    private boolean isNamed(String row) {
        return names.isEmpty() || names.stream().anyMatch(row::contains);
    }

    /** Prints, compares and saves; answers what is wrong. */
    private List<String> finish(Report measured) throws IOException {
        String name = measured.machine().file() + (quick ? "-quick" : "");
        Path file = results.resolve(name + ".json");
        Report committed = Files.exists(file) ? Report.read(file) : null;
        Report report = committed == null ? measured : Gate.marked(committed, measured);
        System.out.print(report.markdown());
        List<String> problems = new ArrayList<>();
        if (gate && committed != null) {
            problems.addAll(Gate.problems(committed, report));
        } else if (gate) {
            problems.add("there is no " + file + " to compare with; make it with --save");
        }
        if (save) {
            Report whole = committed == null ? report : committed.with(report.rows());
            whole.write(results, name);
            Plots.write(whole, results.resolve("plots").resolve(name));
            progress.println("keyway bench: wrote " + results.resolve(name + ".md"));
        }
        return problems;
    }
}
