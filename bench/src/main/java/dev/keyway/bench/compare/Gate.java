// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a run with the committed one of the same CPU model. A ratio that fell by more than a
 * tenth has failed; a row whose peer ran at under 80% of its committed speed says nothing and is
 * invalid, which fails as well.
 */
final class Gate {
    /** How much of the committed ratio must be left. */
    static final double KEPT = 0.9;

    /** How much of its committed speed a peer must reach. */
    static final double PEER = 0.8;

    private Gate() {}

    /**
     * The run with those rows marked invalid whose peer ran at under {@link #PEER} of its committed
     * speed. The committed speeds of another CPU model say nothing.
     */
    static Report marked(Report committed, Report now) {
        if (!committed.machine().cpu().equals(now.machine().cpu())) {
            return now;
        }
        Map<String, Row> before = byKey(committed);
        List<Row> rows =
                now.rows().stream()
                        .map(row -> isSlow(before.get(row.key()), row) ? row.invalid() : row)
                        .toList();
        return new Report(now.machine(), now.quick(), rows);
    }

    private static boolean isSlow(@Nullable Row old, Row row) {
        return old != null && row.theirs() > old.theirs() / PEER;
    }

    /** What is wrong; empty when nothing is. */
    static List<String> problems(Report committed, Report now) {
        if (!committed.machine().cpu().equals(now.machine().cpu())) {
            return List.of("the committed ratios are of another CPU: " + committed.machine().cpu());
        }
        Map<String, Row> before = byKey(committed);
        List<String> problems = new ArrayList<>();
        int compared = 0;
        for (Row row : now.rows()) {
            Row old = before.get(row.key());
            if (old != null) {
                compared++;
                check(old, row, problems);
            }
        }
        if (compared == 0) {
            problems.add("no row of this run is among the committed ones");
        }
        return problems;
    }

    private static Map<String, Row> byKey(Report report) {
        Map<String, Row> rows = new HashMap<>();
        report.rows().forEach(row -> rows.put(row.key(), row));
        return rows;
    }

    private static void check(Row old, Row row, List<String> problems) {
        if (isSlow(old, row)) {
            problems.add(invalid(old, row));
        } else if (row.ratio() < KEPT * old.ratio()) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%s: ratio %.2f, committed %.2f",
                            row.key(),
                            row.ratio(),
                            old.ratio()));
        }
    }

    private static String invalid(Row old, Row row) {
        return String.format(
                Locale.ROOT,
                "%s: invalid, the peer took %.2f us, committed %.2f us",
                row.key(),
                row.theirs(),
                old.theirs());
    }
}
