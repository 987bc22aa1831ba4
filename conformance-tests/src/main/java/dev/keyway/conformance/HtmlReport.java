// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The report as one page that needs nothing but itself: verdict, table, failures. */
final class HtmlReport {
    private static final List<String> DTYPES =
            List.of("bool", "u8", "i8", "i16", "i32", "i64", "f16", "bf16", "f32", "f64");

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ok: #1a7f37; --bad: #b3261e; --known: #9a6700;
              --line: #8883; --soft: #8881; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto;
              padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            .verdict { padding: .7rem 1rem; border-left: 6px solid; background: var(--soft);
              font-size: 1.1rem; }
            .ok { color: var(--ok); } .bad { color: var(--bad); } .known { color: var(--known); }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
            dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid var(--line); padding: .15rem .5rem; text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            thead th { position: sticky; top: 0; background: Canvas; }
            td.none { opacity: .35; }
            code { font-size: .85em; overflow-wrap: anywhere; }
            article { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem;
              margin: .6rem 0; }
            """;

    private final Report report;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(Report report) {
        this.report = report;
    }

    /** The page. */
    static String of(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        String title = "Conformance of " + report.device();
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        out.append("<title>").append(text(title)).append("</title>\n<style>\n").append(STYLE);
        out.append("</style>\n</head>\n<body>\n<h1>").append(text(title)).append("</h1>\n");
        verdict();
        facts();
        failures("Failures", report.failures(), "bad");
        failures("Known failures", report.knownFailures(), "known");
        table();
        return out.append("</body>\n</html>\n").toString();
    }

    private void verdict() {
        boolean whole = report.passedProfile();
        String words =
                whole
                        ? "passes the profile " + report.profile().text()
                        : report.passed() ? "passes no profile: " + obstacle() : "fails";
        out.append("<p class=\"verdict ").append(report.passed() ? whole ? "ok" : "known" : "bad");
        out.append("\">").append(text(report.device() + " " + words)).append("</p>\n");
        out.append("<p>").append(text(report.summary())).append("</p>\n");
    }

    private String obstacle() {
        return report.lacking().isEmpty()
                ? "failures are known"
                : "it does not compute in " + report.lacking();
    }

    private void facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("plugin", report.plugin());
        facts.put("device", report.description());
        facts.put("profile", report.profile().text());
        facts.put("seed", Long.toString(report.seed()));
        facts.put("case list", report.caseList());
        facts.put("bits of the results", report.digest());
        facts.put("seconds", String.format(Locale.ROOT, "%.1f", report.seconds()));
        out.append("<dl>\n");
        facts.forEach(
                (name, value) ->
                        out.append("<dt>")
                                .append(name)
                                .append("</dt><dd>")
                                .append(text(value))
                                .append("</dd>\n"));
        out.append("</dl>\n");
    }

    private void failures(String title, List<CaseResult> failures, String style) {
        if (failures.isEmpty()) {
            return;
        }
        out.append("<h2>").append(title).append(" (").append(failures.size()).append(")</h2>\n");
        for (CaseResult failure : failures.subList(0, Math.min(200, failures.size()))) {
            out.append("<article><strong class=\"").append(style).append("\">");
            out.append(text(failure.operator() + " " + failure.dtype() + ", " + failure.form()));
            out.append("</strong><br>").append(text(failure.message())).append("<br><code>");
            out.append(text(failure.call())).append("</code><br>replay: <code>");
            out.append(text(failure.line())).append("</code>");
            if (!failure.known().isEmpty()) {
                out.append("<br>known: ").append(text(failure.known()));
            }
            out.append("</article>\n");
        }
        if (failures.size() > 200) {
            out.append("<p>and ").append(failures.size() - 200).append(" more</p>\n");
        }
    }

    private void table() {
        Map<String, Map<String, long[]>> counts = report.byOperatorAndDType();
        List<String> dtypes = new ArrayList<>(DTYPES);
        dtypes.retainAll(used(counts));
        out.append("<h2>Operators by dtype</h2>\n<p>Checks that passed, of all.</p>\n<table>\n");
        out.append("<thead><tr><th>operator</th>");
        dtypes.forEach(dtype -> out.append("<th>").append(dtype).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        counts.forEach((operator, row) -> row(operator, row, dtypes));
        out.append("</tbody>\n</table>\n");
    }

    private static TreeSet<String> used(Map<String, Map<String, long[]>> counts) {
        TreeSet<String> used = new TreeSet<>();
        counts.values().forEach(row -> used.addAll(row.keySet()));
        return used;
    }

    private void row(String operator, Map<String, long[]> row, List<String> dtypes) {
        out.append("<tr><td>").append(text(operator)).append("</td>");
        for (String dtype : dtypes) {
            long[] count = row.get(dtype);
            if (count == null) {
                out.append("<td class=\"none\">&ndash;</td>");
            } else if (count[0] == count[1]) {
                out.append("<td class=\"ok\">").append(count[1]).append("</td>");
            } else {
                out.append("<td class=\"bad\">").append(count[0]).append(" of ");
                out.append(count[1]).append("</td>");
            }
        }
        out.append("</tr>\n");
    }

    private static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
