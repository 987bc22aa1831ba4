// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

/**
 * Whether a jar may be loaded, and why.
 *
 * @param sha256 the jar's hash, in hexadecimal
 * @param signer the subject of the certificate that signed all of it; empty when nobody did
 * @param trusted whether it may be loaded
 * @param reason why, or why not
 * @param remedy what the user can do; empty when it is trusted
 */
public record Verdict(
        String sha256, String signer, boolean trusted, String reason, String remedy) {}
