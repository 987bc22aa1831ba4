// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

import jdk.security.jarsigner.JarSigner;

/** A key with its certificate, made by the JDK's keytool, to sign jars with. */
final class SigningKey {
    private static final String PASSWORD = "password";

    private final Path folder;
    private final Path store;
    private final String alias;

    private SigningKey(Path folder, String alias) {
        this.folder = folder;
        this.store = folder.resolve("keys.p12");
        this.alias = alias;
    }

    /** A self-signed key; {@code more} are further options of keytool. */
    static SigningKey create(Path folder, String alias, String... more) throws Exception {
        SigningKey key = new SigningKey(folder, alias);
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + alias));
        arguments.addAll(List.of(more));
        key.keytool(arguments.toArray(String[]::new));
        return key;
    }

    /** A key whose certificate this one's owner issued. */
    SigningKey issue(String other) throws Exception {
        SigningKey issued = create(folder, other);
        Path request = folder.resolve(other + ".csr");
        Path certificate = folder.resolve(other + ".crt");
        issued.keytool("-certreq", "-file", request.toString());
        keytool("-gencert", "-infile", request.toString(), "-outfile", certificate.toString());
        issued.keytool("-importcert", "-noprompt", "-file", certificate.toString());
        return issued;
    }

    /** Writes the certificate in PEM. */
    Path certificate() throws Exception {
        Path file = folder.resolve(alias + ".pem");
        keytool("-exportcert", "-rfc", "-file", file.toString());
        return file;
    }

    /** Writes a signed copy. */
    Path sign(Path jar, Path target) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyStore.PrivateKeyEntry entry =
                (KeyStore.PrivateKeyEntry)
                        keys.getEntry(
                                alias, new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        try (ZipFile in = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(target)) {
            new JarSigner.Builder(entry).signerName(alias).build().sign(in, out);
        }
        return target;
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("-alias", alias, "-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
    }
}
