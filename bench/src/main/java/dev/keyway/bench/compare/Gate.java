// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    /** What is wrong; empty when nothing is. */
    static List<String> problems(Report committed, Report now) {
        if (!committed.machine().cpu().equals(now.machine().cpu())) {
            return List.of("the committed ratios are of another CPU: " + committed.machine().cpu());
        }
        Map<String, Row> before = new HashMap<>();
        committed.rows().forEach(row -> before.put(key(row), row));
        List<String> problems = new ArrayList<>();
        int compared = 0;
        for (Row row : now.rows()) {
            Row old = before.get(key(row));
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

    private static void check(Row old, Row row, List<String> problems) {
        if (row.theirs() > old.theirs() / PEER) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%s: invalid, the peer took %.2f us, committed %.2f us",
                            key(row),
                            row.theirs(),
                            old.theirs()));
        } else if (row.ratio() < KEPT * old.ratio()) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%s: ratio %.2f, committed %.2f",
                            key(row),
                            row.ratio(),
                            old.ratio()));
        }
    }

    private static String key(Row row) {
        return row.name() + ", " + row.threads() + (row.threads() == 1 ? " thread" : " threads");
    }
}
