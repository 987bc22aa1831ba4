// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.Html.number;
import static dev.keyway.conformance.Html.text;

import java.util.List;
import java.util.Locale;

/**
 * The report as one page that needs nothing but itself: the verdict with the counts, failures with
 * the lines that replay them, the operators by dtype, and what identifies the run.
 */
final class HtmlReport {
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
        String title = text("Conformance of " + report.device());
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
        out.append(title).append("</title>\n<style>\n").append(Html.resource("report.css"));
        out.append("</style>\n</head>\n<body>\n<h1>").append(title).append("</h1>\n");
        String who = report.plugin() + ", " + report.description();
        out.append("<p class=\"who\">").append(text(who)).append("</p>\n");
        verdict();
        counts();
        links();
        obstacles();
        out.append(failures());
        out.append(known());
        out.append(HtmlTable.of(report));
        run();
        out.append("<script>\n").append(Html.resource("report.js")).append("</script>\n");
        return out.append("</body>\n</html>\n").toString();
    }

    private void verdict() {
        boolean whole = report.passedProfile();
        String words =
                whole
                        ? "passes the profile " + report.profile().text()
                        : report.passed() ? "passes no profile: " + obstacle() : "fails";
        out.append("<p class=\"verdict ").append(report.passed() ? whole ? "ok" : "known" : "bad");
        out.append("\"><strong>").append(text(report.device() + " " + words));
        out.append("</strong></p>\n");
    }

    private String obstacle() {
        return report.lacking().isEmpty()
                ? "failures are known"
                : "it does not compute in " + report.lacking();
    }

    private void counts() {
        out.append("<ul class=\"counts\">\n");
        count(report.results().size(), "checks", "");
        count(report.passedCount(), "passed", "ok");
        count(report.failedCount(), "failed", "bad");
        count(report.knownCount(), "failed as known", "known");
        count(report.missing().size(), "pairs not reached", "bad");
        count(report.unexpectedPasses().size(), "passed unexpectedly", "bad");
        out.append("</ul>\n");
    }

    private void count(long count, String what, String style) {
        if (count > 0 || what.equals("checks") || what.equals("failed")) {
            out.append("<li class=\"").append(count == 0 ? "" : style).append("\"><b>");
            out.append(number(count)).append("</b>").append(what).append("</li>\n");
        }
    }

    private void links() {
        out.append("<nav>");
        link("failures", "failures", report.failedCount() > 0);
        link("known", "known failures", report.knownCount() > 0);
        link("device", "the device itself", has(true));
        link("operators", "operators by dtype", has(false));
        link("run", "this run", true);
        out.append("</nav>\n");
    }

    private boolean has(boolean ofDevice) {
        return report.results().stream()
                .anyMatch(result -> result.operator().startsWith("device.") == ofDevice);
    }

    private void link(String id, String words, boolean there) {
        if (there) {
            out.append("<a href=\"#").append(id).append("\">").append(words).append("</a>\n");
        }
    }

    /** What is wrong without a check that failed. */
    private void obstacles() {
        if (report.results().isEmpty()) {
            out.append("<p class=\"bad\">A run without checks is a failure.</p>\n");
        }
        list("Not reached", "The suite has cases for these, and none ran.", report.missing());
        list(
                "Known to fail, but passed",
                "Remove these lines from the list of known failures.",
                report.unexpectedPasses().stream().map(Object::toString).toList());
    }

    private void list(String title, String words, List<String> entries) {
        if (!entries.isEmpty()) {
            out.append("<section>\n<h2>").append(title).append("</h2>\n<p>").append(words);
            out.append("</p>\n<ul>\n");
            entries.forEach(entry -> out.append("<li>").append(text(entry)).append("</li>\n"));
            out.append("</ul>\n</section>\n");
        }
    }

    private String failures() {
        String words =
                "<p>The last line of each replays it: <code>./keyway conformance --device "
                        + text(report.device())
                        + " --replay LINE</code></p>\n";
        return HtmlFailures.of("failures", "Failures", words, report.failures(), "bad");
    }

    private String known() {
        String words = "<p>The vendor's list names these, each with a reason.</p>\n";
        return HtmlFailures.of("known", "Known failures", words, report.knownFailures(), "known");
    }

    private void run() {
        out.append("<section id=\"run\">\n<h2>This run</h2>\n<dl>\n");
        fact("plugin", report.plugin());
        fact("device", report.description());
        fact("profile", report.profile().text());
        fact("seed", Long.toString(report.seed()));
        fact("seconds", String.format(Locale.ROOT, "%.1f", report.seconds()));
        fact("case list", report.caseList());
        fact("bits of the results", report.digest());
        out.append("</dl>\n</section>\n");
    }

    private void fact(String name, String value) {
        out.append("<dt>").append(name).append("</dt><dd>").append(text(value)).append("</dd>\n");
    }
}
