// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which way a check fails, so that a smaller case that fails for another reason is not taken for
 * the same: the class of an exception; else what was looked at (a result, an argument after the
 * call, a gradient) and whether its dtype, its shape or an element is wrong; and of an element
 * whether NaN is lost, comes from nowhere, or a number differs. Which element it is and by how much
 * depends on the shapes and does not matter.
 */
final class FailureKind {
    private static final Pattern EXCEPTION = Pattern.compile("^(\\w*(?:Exception|Error)): ");
    private static final Pattern ELEMENT =
            Pattern.compile(
                    "^(.*(?:element|gradient of '.*' at)) \\[.*\\] is (\\S+),"
                            + " (?:expected|differences give) (\\S+)");
    private static final Pattern NUMBERS =
            Pattern.compile("\\[[^\\]]*\\]|(?<![\\w.])(?<!result )-?[0-9][\\w.+-]*");

    private FailureKind() {}

    /** Equal for failures that are alike. */
    static String of(String problem) {
        Matcher exception = EXCEPTION.matcher(problem);
        if (exception.find()) {
            return String.valueOf(exception.group(1));
        }
        Matcher element = ELEMENT.matcher(problem);
        return element.find()
                ? element.group(1) + ": " + difference(element.group(2), element.group(3))
                : NUMBERS.matcher(problem).replaceAll("#");
    }

    private static String difference(String got, String expected) {
        if (expected.startsWith("NaN")) {
            return "NaN is lost";
        }
        return got.startsWith("NaN") ? "NaN from nowhere" : "another number";
    }
}
