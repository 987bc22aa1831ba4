// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What a vendor claims: this plugin passed this profile of this suite on this device.
 *
 * @param suiteVersion the suite's version
 * @param caseList digest of the lines of all checks that ran
 * @param plugin symbolic name and version
 * @param pluginSha256 of the plugin's jar, in hexadecimal
 * @param device the device's name
 * @param driver the vendor's words for the device and its driver
 * @param profile core, inference or training
 * @param seed of the samples
 * @param result {@code passed} or {@code failed}
 * @param checks how many ran
 * @param failed how many failed, known ones included
 * @param digest of the bits of all results, any NaN like any other
 */
@JsonPropertyOrder(alphabetic = true)
public record Statement(
        String suiteVersion,
        String caseList,
        String plugin,
        String pluginSha256,
        String device,
        String driver,
        String profile,
        long seed,
        String result,
        long checks,
        long failed,
        String digest) {
    /** The only result that lets an application trust the plugin. */
    public static final String PASSED = "passed";

    /**
     * States what the report says, of the jar with this hash.
     *
     * @param report the outcome of a run
     * @param suiteVersion version of the suite
     * @param pluginSha256 SHA-256 of the jar, in hexadecimal
     * @return the statement
     */
    public static Statement of(Report report, String suiteVersion, String pluginSha256) {
        return new Statement(
                suiteVersion,
                report.caseList(),
                report.plugin(),
                pluginSha256,
                report.device(),
                report.description(),
                report.profile().text(),
                report.seed(),
                report.passedProfile() ? PASSED : "failed",
                report.results().size(),
                report.results().size() - report.passedCount(),
                report.digest());
    }
}
