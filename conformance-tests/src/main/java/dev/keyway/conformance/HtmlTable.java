// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.Html.anchor;
import static dev.keyway.conformance.Html.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The page's table of operators by dtype, and before it the checks of the device itself. */
final class HtmlTable {
    private static final String TOOLS =
            """
            <div id="tools" hidden><input type="search" placeholder="filter operators" aria-label="filter operators">
            <label><input type="checkbox"> only those with failures</label></div>
            """;

    private final Report report;
    private final Set<String> unexpected = new HashSet<>();
    private final StringBuilder out = new StringBuilder();

    private HtmlTable(Report report) {
        this.report = report;
        report.failures().forEach(result -> unexpected.add(result.operator()));
        report.failures().forEach(r -> unexpected.add(r.operator() + " " + r.dtype()));
    }

    static String of(Report report) {
        return new HtmlTable(report).section();
    }

    private String section() {
        Map<String, Map<String, long[]>> operators = new TreeMap<>(report.byOperatorAndDType());
        Map<String, long[]> device = new TreeMap<>();
        report.byOperator()
                .forEach(
                        (name, count) -> {
                            if (name.startsWith("device.")) {
                                operators.remove(name);
                                device.put(name, count);
                            }
                        });
        if (!device.isEmpty()) {
            out.append("<section id=\"device\">\n<h2>The device itself</h2>\n<dl>\n");
            device.forEach(this::device);
            out.append("</dl>\n</section>\n");
        }
        if (!operators.isEmpty()) {
            table(operators);
        }
        return out.toString();
    }

    private void device(String name, long[] count) {
        out.append("<dt>").append(text(name.substring("device.".length()))).append("</dt><dd>");
        out.append("<span class=\"").append(style(name, count)).append("\">");
        out.append(cell(name, count)).append("</span></dd>\n");
    }

    private void table(Map<String, Map<String, long[]>> operators) {
        List<String> dtypes = new ArrayList<>(Report.DTYPES);
        dtypes.removeIf(type -> operators.values().stream().noneMatch(r -> r.containsKey(type)));
        out.append("<section id=\"operators\">\n<h2>Operators by dtype</h2>\n");
        out.append("<p>Checks that passed; of how many, where some did not.</p>\n").append(TOOLS);
        out.append("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th>operator</th>");
        dtypes.forEach(dtype -> out.append("<th>").append(dtype).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        operators.forEach((operator, row) -> row(operator, row, dtypes));
        out.append("</tbody>\n</table></div>\n</section>\n");
    }

    private void row(String operator, Map<String, long[]> row, List<String> dtypes) {
        out.append("<tr><td>").append(text(operator)).append("</td>");
        for (String dtype : dtypes) {
            long[] count = row.get(dtype);
            if (count == null) {
                out.append("<td class=\"none\">&ndash;</td>");
            } else {
                out.append("<td class=\"").append(style(operator + " " + dtype, count));
                out.append("\">").append(cell(operator, count)).append("</td>");
            }
        }
        out.append("</tr>\n");
    }

    private String style(String what, long[] count) {
        return count[0] == count[1] ? "ok" : unexpected.contains(what) ? "bad" : "known";
    }

    /** How many, where all passed; else a link to the failures that nobody knew of. */
    private String cell(String operator, long[] count) {
        if (count[0] == count[1]) {
            return Long.toString(count[1]);
        }
        String words = count[0] + " of " + count[1];
        return unexpected.contains(operator)
                ? "<a href=\"#" + anchor(operator) + "\">" + words + "</a>"
                : words;
    }
}
