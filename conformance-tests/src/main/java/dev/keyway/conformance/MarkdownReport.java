// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report as Markdown: facts, operators by dtype, failures. */
final class MarkdownReport {
    private MarkdownReport() {}

    static String of(Report report) {
        StringBuilder out = new StringBuilder("# Conformance of " + report.device() + "\n\n");
        out.append(report.summary()).append("\n\n");
        out.append("- plugin: ").append(report.plugin()).append('\n');
        out.append("- device: ").append(report.description()).append('\n');
        out.append("- profile: ").append(report.profile().text());
        out.append(report.passedProfile() ? ", passed\n" : ", not passed\n");
        out.append("- seed: ").append(report.seed()).append('\n');
        out.append("- case list: ").append(report.caseList()).append('\n');
        out.append("- digest: ").append(report.digest()).append("\n\n");
        table(out, report.byOperatorAndDType());
        failures(out, "Failures", report.failures());
        failures(out, "Known failures", report.knownFailures());
        return out.toString();
    }

    /** Checks that passed, of all where some did not. */
    private static void table(StringBuilder out, Map<String, Map<String, long[]>> counts) {
        List<String> dtypes = new ArrayList<>(Report.DTYPES);
        dtypes.removeIf(dtype -> counts.values().stream().noneMatch(row -> row.containsKey(dtype)));
        out.append("| operator | ").append(String.join(" | ", dtypes)).append(" |\n|---|");
        out.append("---|".repeat(dtypes.size())).append('\n');
        counts.forEach(
                (operator, row) -> {
                    out.append("| ").append(operator).append(" |");
                    for (String dtype : dtypes) {
                        out.append(' ').append(cell(row.get(dtype))).append(" |");
                    }
                    out.append('\n');
                });
    }

    private static String cell(long @org.jspecify.annotations.Nullable [] count) {
        if (count == null) {
            return "-";
        }
        return count[0] == count[1]
                ? Long.toString(count[1])
                : "**" + count[0] + " of " + count[1] + "**";
    }

    private static void failures(StringBuilder out, String title, List<CaseResult> failures) {
        if (failures.isEmpty()) {
            return;
        }
        out.append("\n## ").append(title).append("\n\n");
        for (CaseResult failure : failures) {
            out.append("- `").append(failure.line()).append("`: ");
            out.append(failure.call()).append(": ").append(failure.message());
            out.append(failure.known().isEmpty() ? "" : " (known: " + failure.known() + ")");
            out.append('\n');
        }
    }
}
