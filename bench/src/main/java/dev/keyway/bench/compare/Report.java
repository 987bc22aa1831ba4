// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The outcome of a run.
 *
 * @param machine where
 * @param quick whether it was a quick run
 * @param rows the table
 */
public record Report(Machine machine, boolean quick, List<Row> rows) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Reads one. */
    static Report read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Report.class);
    }

    /**
     * This report with rows that were measured again in their places. Invalid ones are left out:
     * what is here stays.
     */
    Report with(List<Row> again) {
        List<Row> merged = new ArrayList<>(rows);
        for (Row row : again) {
            if (row.valid()) {
                merged.removeIf(old -> old.key().equals(row.key()));
                merged.add(row);
            }
        }
        merged.sort(Comparator.comparing(Row::name, Report::byNumbers).thenComparing(Row::threads));
        return new Report(machine, quick, merged);
    }

    /** Names in the order of the numbers in them, where they differ in nothing else. */
    private static int byNumbers(String left, String right) {
        String[] a = left.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1);
        String[] b = right.split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            boolean numbers = a[i].matches("\\d{1,9}") && b[i].matches("\\d{1,9}");
            int order =
                    numbers
                            ? Integer.compare(Integer.parseInt(a[i]), Integer.parseInt(b[i]))
                            : a[i].compareTo(b[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    /** Writes {@code NAME.json} and {@code NAME.md}. */
    void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(folder.resolve(name + ".json").toFile(), this);
        Files.writeString(folder.resolve(name + ".md"), markdown());
    }

    /** The table for people. */
    String markdown() {
        StringBuilder text = new StringBuilder("# Keyway and other libraries\n\n");
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s; %d processors, %s, %d GiB; %s; %s. %s run.%n%n",
                        machine.cpu(),
                        machine.processors(),
                        machine.vectors(),
                        machine.memory(),
                        machine.system(),
                        machine.java(),
                        quick ? "Quick" : "Full"));
        text.append(
                """
                The ratio is the peer's time divided by Keyway's: above 1, Keyway is ahead. Lowest and highest are of the
                processes that measured the row. A row is invalid where the peer ran at under 80% of its committed speed.

                | work | threads | ratio | lowest | highest | Keyway, us | peer, us | Keyway | peer | unit | peer |
                |---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|
                """);
        for (Row row : rows) {
            text.append(line(row));
        }
        return text.toString();
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %.2f | %.2f | %.2f | %.2f | %s | %s | %s | %s |%n",
                row.name(),
                row.threads(),
                String.format(Locale.ROOT, row.valid() ? "%.2f" : "invalid (%.2f)", row.ratio()),
                row.lowest(),
                row.highest(),
                row.ours(),
                row.theirs(),
                row.rate() == 0 ? "" : String.format(Locale.ROOT, "%.1f", row.rate()),
                row.rate() == 0 ? "" : String.format(Locale.ROOT, "%.1f", row.theirRate()),
                row.unit(),
                row.peer());
    }
}
