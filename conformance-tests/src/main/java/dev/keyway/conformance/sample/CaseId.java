// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a case so that it can be run again: {@code seed=1:op=add.Tensor:dtype=f32:case=7}.
 *
 * @param seed the suite's seed
 * @param operator the operator's qualified name
 * @param type the element type under test
 * @param index the number of the case among the operator's
 */
public record CaseId(long seed, String operator, ElementType type, int index) {
    private static final Pattern LINE =
            Pattern.compile("seed=(-?\\d+):op=([^:]+(?:::[^:]+)?):dtype=(\\w+):case=(\\d+)");

    /**
     * Reads the line back.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static CaseId parse(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + line + "' is no case; expected seed=N:op=NAME:dtype=TYPE:case=N");
        }
        return new CaseId(
                Long.parseLong(matcher.group(1)),
                matcher.group(2),
                ElementType.parse(matcher.group(3)),
                Integer.parseInt(matcher.group(4)));
    }

    @Override
    public String toString() {
        return "seed=" + seed + ":op=" + operator + ":dtype=" + type + ":case=" + index;
    }
}
