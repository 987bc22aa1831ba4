// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.sample.CaseId;

/**
 * Names one check so that it can be run again: {@code seed=1:op=add.Tensor:dtype=f32:case=7}, and
 * {@code :form=in-place} behind it where it is not the plain call.
 *
 * @param id the arguments
 * @param form what is checked
 */
public record ReplayLine(CaseId id, Form form) {
    private static final String FORM = ":form=";

    /**
     * Reads the line back.
     *
     * @throws IllegalArgumentException when it is none, saying what a line looks like
     */
    public static ReplayLine parse(String line) {
        int at = line.indexOf(FORM);
        return at < 0
                ? new ReplayLine(CaseId.parse(line), Form.VALUE)
                : new ReplayLine(
                        CaseId.parse(line.substring(0, at)),
                        Form.parse(line.substring(at + FORM.length()).strip()));
    }

    @Override
    public String toString() {
        return form == Form.VALUE ? id.toString() : id + FORM + form.text();
    }
}
