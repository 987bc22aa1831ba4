// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.sample.CaseId;

import java.util.List;

/**
 * Names one check so that it can be run again: {@code seed=1:op=add.Tensor:dtype=f32:case=7}, and
 * {@code :form=in-place} behind it where it is not the plain call, and {@code :shrink=7>3,5>1}
 * where the sizes of the case were made smaller.
 *
 * @param id the arguments
 * @param form what is checked
 * @param shrink sizes that are replaced by smaller ones, in this order
 */
public record ReplayLine(CaseId id, Form form, List<ShrinkStep> shrink) {
    private static final String FORM = ":form=";
    private static final String SHRINK = ":shrink=";

    /** Copies the list. */
    public ReplayLine {
        shrink = List.copyOf(shrink);
    }

    /**
     * A case as it was drawn.
     *
     * @param id the case
     * @param form the form
     */
    public ReplayLine(CaseId id, Form form) {
        this(id, form, List.of());
    }

    /**
     * Reads the line back.
     *
     * @param line the replay line
     * @return the line
     * @throws IllegalArgumentException when it is none, saying what a line looks like
     */
    public static ReplayLine parse(String line) {
        int end = line.indexOf(SHRINK);
        List<ShrinkStep> shrink =
                end < 0 ? List.of() : ShrinkStep.parse(line.substring(end + SHRINK.length()));
        String rest = end < 0 ? line : line.substring(0, end);
        int at = rest.indexOf(FORM);
        return at < 0
                ? new ReplayLine(CaseId.parse(rest), Form.VALUE, shrink)
                : new ReplayLine(
                        CaseId.parse(rest.substring(0, at)),
                        Form.parse(rest.substring(at + FORM.length()).strip()),
                        shrink);
    }

    /** The line before anything was made smaller. */
    ReplayLine base() {
        return new ReplayLine(id, form);
    }

    @Override
    public String toString() {
        String line = form == Form.VALUE ? id.toString() : id + FORM + form.text();
        return shrink.isEmpty() ? line : line + SHRINK + ShrinkStep.text(shrink);
    }
}
