// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.Html.anchor;
import static dev.keyway.conformance.Html.number;
import static dev.keyway.conformance.Html.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page's failures by operator, the smallest first, each with the line that replays it. A few
 * stand open; more can be unfolded; of very many the rest is in the JSON report alone.
 */
final class HtmlFailures {
    private static final int OPEN = 3;
    private static final int MOST = 50;

    private final StringBuilder out = new StringBuilder();
    private final String style;

    private HtmlFailures(String style) {
        this.style = style;
    }

    /** A section; empty without failures. */
    static String of(String id, String title, String words, List<CaseResult> some, String style) {
        if (some.isEmpty()) {
            return "";
        }
        HtmlFailures failures = new HtmlFailures(style);
        failures.out.append("<section id=\"").append(id).append("\">\n<h2>").append(title);
        failures.out.append(" (").append(number(some.size())).append(")</h2>\n").append(words);
        Map<String, List<CaseResult>> operators =
                some.stream()
                        .collect(
                                Collectors.groupingBy(
                                        CaseResult::operator,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        operators.forEach(failures::operator);
        return failures.out.append("</section>\n").toString();
    }

    private void operator(String operator, List<CaseResult> failed) {
        out.append("<h3");
        if (style.equals("bad")) {
            out.append(" id=\"").append(anchor(operator)).append('"');
        }
        out.append('>').append(text(operator)).append(" <span class=\"").append(style);
        out.append("\">").append(number(failed.size())).append(" failed</span></h3>\n");
        List<CaseResult> shown = failed.subList(0, Math.min(MOST, failed.size()));
        shown.stream().limit(OPEN).forEach(this::failure);
        if (shown.size() > OPEN) {
            out.append("<details><summary>").append(shown.size() - OPEN).append(" more of ");
            out.append(text(operator)).append("</summary>\n");
            shown.stream().skip(OPEN).forEach(this::failure);
            if (failed.size() > MOST) {
                out.append("<p>The other ").append(number(failed.size() - MOST));
                out.append(" are in conformance.json.</p>\n");
            }
            out.append("</details>\n");
        }
    }

    private void failure(CaseResult failure) {
        out.append("<article class=\"").append(style).append("\"><p><strong>");
        out.append(text(failure.dtype() + " " + failure.form())).append("</strong>");
        if (!failure.label().isEmpty() && !failure.label().equals(failure.call())) {
            out.append(" (").append(text(failure.label())).append(')');
        }
        out.append("</p>\n<p>").append(text(failure.message())).append("</p>\n<p><code>");
        out.append(text(failure.call())).append("</code></p>\n<pre>");
        out.append(text(failure.line())).append("</pre>");
        if (!failure.known().isEmpty()) {
            out.append("<p>known: ").append(text(failure.known())).append("</p>");
        }
        out.append("</article>\n");
    }
}
