// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.List;
import java.util.Locale;

/**
 * How two devices' results compare.
 *
 * @param device one device
 * @param plugin its plugin
 * @param against the other
 * @param againstPlugin its plugin
 * @param seed of the samples
 * @param calls how many calls both made
 * @param elements how many elements were compared
 * @param differing how many of them are not the same bits, though within the tolerance
 * @param skipped operators and dtypes that one of the two does not compute
 * @param differences calls whose results are farther apart than the tolerance allows
 */
public record DifferentialReport(
        String device,
        String plugin,
        String against,
        String againstPlugin,
        long seed,
        long calls,
        long elements,
        long differing,
        List<String> skipped,
        List<Difference> differences) {
    /**
     * One call.
     *
     * @param replay the line that replays it on one device
     * @param description the arguments
     * @param problem what differs
     */
    public record Difference(String replay, String description, String problem) {}

    /** Copies the lists. */
    public DifferentialReport {
        skipped = List.copyOf(skipped);
        differences = List.copyOf(differences);
    }

    /** {@return whether something was compared and nothing differs} */
    public boolean passed() {
        return calls > 0 && differences.isEmpty();
    }

    /** {@return the summary and each difference, for people} */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Difference difference : differences) {
            text.append(difference.replay).append('\n');
            text.append("  ").append(difference.description).append('\n');
            text.append("  ").append(difference.problem).append('\n');
        }
        return text.append(
                        String.format(
                                Locale.ROOT,
                                "%s (%s) against %s (%s): %,d calls, %,d elements, %,d not the same"
                                        + " bits, %,d calls differ; %d pairs of operator and dtype"
                                        + " on one device only",
                                device,
                                plugin,
                                against,
                                againstPlugin,
                                calls,
                                elements,
                                differing,
                                differences.size(),
                                skipped.size()))
                .toString();
    }
}
