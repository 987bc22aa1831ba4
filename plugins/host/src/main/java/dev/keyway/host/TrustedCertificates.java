// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.PluginException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Certificates whose signature is trusted: a signer's own, or that of whoever issued it. */
final class TrustedCertificates {
    private final Set<X509Certificate> certificates = new HashSet<>();

    /** Adds the certificates of a file in PEM or DER. */
    void add(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found = new ArrayList<>(factory().generateCertificates(in));
            if (found.isEmpty()) {
                throw new PluginException(
                        file + " has no certificate; expected X.509 in PEM or DER");
            }
            found.forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (IOException | GeneralSecurityException e) {
            throw new PluginException(
                    "the certificate "
                            + file
                            + " can't be read: "
                            + e
                            + "; expected X.509 in PEM or DER",
                    e);
        }
    }

    private static CertificateFactory factory() throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509");
    }

    boolean isEmpty() {
        return certificates.isEmpty();
    }

    /**
     * Why the signer is not trusted today; empty when it is. Time stamps do not count, as nobody
     * says whose to believe; revocation is not asked for.
     */
    String reject(List<X509Certificate> chain) {
        String signer = chain.getFirst().getSubjectX500Principal().getName();
        try {
            if (certificates.contains(chain.getFirst())) {
                chain.getFirst().checkValidity();
                return "";
            }
            if (certificates.isEmpty()) {
                return "its signer " + signer + " is not listed";
            }
            Set<TrustAnchor> anchors = new HashSet<>();
            certificates.forEach(c -> anchors.add(new TrustAnchor(c, null)));
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            List<X509Certificate> below =
                    chain.stream().takeWhile(c -> !certificates.contains(c)).toList();
            CertPathValidator.getInstance("PKIX")
                    .validate(factory().generateCertPath(below), parameters);
            return "";
        } catch (GeneralSecurityException e) {
            return "its signer " + signer + " is not trusted (" + e.getMessage() + ")";
        }
    }
}
