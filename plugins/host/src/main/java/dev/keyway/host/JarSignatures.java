// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.X509Certificate;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Who signed every entry of a jar, verified by the JDK's own reader of signed jars.
 *
 * @param chains for each signer of the whole jar its certificates, its own first; they are not yet
 *     checked against each other
 * @param problem why the signature does not hold, or what is not signed; empty when all is well
 * @param tampered whether the jar was signed and changed afterwards
 */
record JarSignatures(List<List<X509Certificate>> chains, String problem, boolean tampered) {
    private static final Pattern SIGNATURE_FILE =
            Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|DSA|RSA|EC)|SIG-[^/]*)");

    /** Reads the whole jar. */
    static JarSignatures read(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), true)) {
            return read(file);
        } catch (SecurityException e) {
            return new JarSignatures(
                    List.of(), "its signature does not hold: " + e.getMessage(), true);
        }
    }

    private static JarSignatures read(JarFile file) throws IOException {
        Set<CodeSigner> common = null;
        String unsigned = "";
        boolean anySigned = false;
        for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            if (entry.isDirectory() || isSignatureFile(entry.getName())) {
                continue;
            }
            // Signers are known, and digests compared, once the entry was read to its end.
            try (InputStream in = file.getInputStream(entry)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            CodeSigner[] signers = entry.getCodeSigners();
            if (signers == null) {
                unsigned = unsigned.isEmpty() ? entry.getName() : unsigned;
                continue;
            }
            anySigned = true;
            Set<CodeSigner> here = Set.of(signers);
            if (common == null) {
                common = new HashSet<>(here);
            } else {
                common.retainAll(here);
            }
        }
        if (!anySigned) {
            return new JarSignatures(List.of(), "it is not signed", false);
        }
        String missing = missing(file.getManifest(), file);
        if (!unsigned.isEmpty() || !missing.isEmpty()) {
            String what = unsigned.isEmpty() ? missing + " was removed" : unsigned + " was added";
            return new JarSignatures(
                    List.of(), "its signature does not hold: " + what + " after signing", true);
        }
        return new JarSignatures(
                common == null ? List.of() : common.stream().map(JarSignatures::chain).toList(),
                "",
                false);
    }

    private static boolean isSignatureFile(String name) {
        return SIGNATURE_FILE.matcher(name.toUpperCase(Locale.ROOT)).matches();
    }

    /** A signed entry that is not there any more; the JDK's reader does not look for those. */
    private static String missing(Manifest manifest, JarFile file) {
        return manifest.getEntries().keySet().stream()
                .filter(name -> file.getEntry(name) == null)
                .sorted()
                .findFirst()
                .orElse("");
    }

    private static List<X509Certificate> chain(CodeSigner signer) {
        return signer.getSignerCertPath().getCertificates().stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** The subjects of the signers' own certificates, for people. */
    String signers() {
        return String.join(
                "; ",
                chains.stream()
                        .map(chain -> chain.getFirst().getSubjectX500Principal().getName())
                        .toList());
    }
}
