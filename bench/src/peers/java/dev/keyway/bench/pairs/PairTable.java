// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.keyway.bench.compare.Machine;
import dev.keyway.bench.compare.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The committed ratios of one CPU model, as JSON and Markdown, and the lines that say why some are
 * below a half.
 */
final class PairTable {
    /** Below this a row needs a reason. */
    private static final double HALF = 0.5;

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;
    private final Contents contents;

    private PairTable(Path folder, Contents contents) {
        this.folder = folder;
        this.contents = contents;
    }

    /** What the JSON file holds. */
    record Contents(Machine machine, List<Row> rows) {}

    /** A row below a half, by the beginning of its name, and why. */
    private record Reason(String rows, String text) {}

    /** That of this machine; empty where there is none yet. */
    static PairTable here(Path folder) throws IOException {
        Machine machine = Machine.here();
        Path file = folder.resolve(machine.file() + "-operators.json");
        List<Row> rows =
                Files.exists(file)
                        ? JSON.readValue(file.toFile(), Contents.class).rows()
                        : List.of();
        return new PairTable(folder, new Contents(machine, rows));
    }

    /** With rows that were measured again in their places; in the order of the families. */
    PairTable with(List<Row> again) {
        List<Row> merged = new ArrayList<>();
        for (PairFamily family : PairFamilies.all()) {
            for (String name : family.rows().keySet()) {
                for (int threads = 1; threads <= contents.machine().processors(); threads++) {
                    Row row = find(again, name, threads);
                    Row known = row != null ? row : find(contents.rows(), name, threads);
                    if (known != null) {
                        merged.add(known);
                    }
                }
            }
        }
        return new PairTable(folder, new Contents(contents.machine(), merged));
    }

    private static @Nullable Row find(List<Row> rows, String name, int threads) {
        for (Row row : rows) {
            if (row.name().equals(name) && row.threads() == threads) {
                return row;
            }
        }
        return null;
    }

    /** Writes both files; the answer is what has no reason. */
    List<String> write() throws IOException {
        String name = contents.machine().file() + "-operators";
        List<Reason> reasons = reasons();
        List<String> missing = new ArrayList<>();
        JSON.writeValue(folder.resolve(name + ".json").toFile(), contents);
        Files.writeString(folder.resolve(name + ".md"), markdown(reasons, missing));
        return missing;
    }

    private List<Reason> reasons() throws IOException {
        Path file = folder.resolve("operators-below-half.txt");
        List<Reason> reasons = new ArrayList<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            int colon = line.indexOf(':');
            if (!line.startsWith("#") && colon > 0) {
                reasons.add(
                        new Reason(
                                line.substring(0, colon).strip(),
                                line.substring(colon + 1).strip()));
            }
        }
        return reasons;
    }

    private String markdown(List<Reason> reasons, List<String> missing) {
        StringBuilder text = new StringBuilder("# Operators, Keyway and libtorch\n\n");
        summary(text);
        text.append("## Below 0.5\n\n| operator | threads | ratio | why |\n|---|--:|--:|---|\n");
        for (Row row : contents.rows()) {
            if (row.ratio() < HALF) {
                text.append(below(row, reason(reasons, row), missing));
            }
        }
        text.append(
                """

                ## All

                | operator | threads | ratio | Keyway, us | libtorch, us | Keyway, GB/s | libtorch, GB/s | libtorch's function |
                |---|--:|--:|--:|--:|--:|--:|---|
                """);
        contents.rows().forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private void summary(StringBuilder text) {
        List<Row> rows = contents.rows();
        Machine machine = contents.machine();
        double[] ratios = rows.stream().mapToDouble(Row::ratio).sorted().toArray();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s; %d processors, %s, %d GiB; %s; %s.%n%n",
                        machine.cpu(),
                        machine.processors(),
                        machine.vectors(),
                        machine.memory(),
                        machine.system(),
                        machine.java()));
        text.append(
                """
                The ratio is libtorch's time divided by Keyway's: above 1, Keyway is ahead. GB/s count each operand once.

                """);
        text.append(
                String.format(
                        Locale.ROOT,
                        "%d rows; %d below 0.5, %d below 1; median %.2f.%n%n",
                        ratios.length,
                        rows.stream().filter(row -> row.ratio() < HALF).count(),
                        rows.stream().filter(row -> row.ratio() < 1).count(),
                        ratios.length == 0 ? 0 : ratios[ratios.length / 2]));
    }

    private static String below(Row row, @Nullable String reason, List<String> missing) {
        if (reason == null) {
            missing.add(row.name() + " is below 0.5 and nothing says why");
        }
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %s |%n",
                row.name(),
                row.threads(),
                row.ratio(),
                reason == null ? "?" : reason);
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %.2f | %.1f | %.1f | %s |%n",
                row.name(),
                row.threads(),
                row.ratio(),
                row.ours(),
                row.theirs(),
                row.rate(),
                row.theirRate(),
                row.peer());
    }

    private static @Nullable String reason(List<Reason> reasons, Row row) {
        for (Reason reason : reasons) {
            if (row.name().startsWith(reason.rows())) {
                return reason.text();
            }
        }
        return null;
    }
}
