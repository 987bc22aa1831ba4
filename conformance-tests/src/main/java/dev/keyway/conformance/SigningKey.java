// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** A vendor's Ed25519 key in two PEM files, as OpenSSL writes and reads them. */
public final class SigningKey {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private SigningKey() {}

    /**
     * Makes a new key: {@code file}, readable by its owner alone, and {@code file.pub}.
     *
     * @param file the file
     * @throws java.nio.file.FileAlreadyExistsException when there is one; a key is never replaced
     */
    public static void generate(Path file) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Files.writeString(
                    file,
                    pem(PRIVATE, pair.getPrivate().getEncoded()),
                    StandardOpenOption.CREATE_NEW);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(publicFile(file), pem(PUBLIC, pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /**
     * Where the public half of a private key lies.
     *
     * @param file the file
     * @return the file
     */
    public static Path publicFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /**
     * Reads a private key.
     *
     * @param file the file
     * @return the key
     * @throws IOException when the file can't be read or holds none
     */
    public static PrivateKey readPrivate(Path file) throws IOException {
        try {
            byte[] encoded = content(file, PRIVATE);
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no Ed25519 private key: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a public key.
     *
     * @param file the file
     * @return the key
     * @throws IOException when the file can't be read or holds none
     */
    public static PublicKey readPublic(Path file) throws IOException {
        try {
            byte[] encoded = content(file, PUBLIC);
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no Ed25519 public key: " + e.getMessage(), e);
        }
    }

    private static String pem(String type, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] content(Path file, String type) throws IOException {
        String text = Files.readString(file);
        String begin = "-----BEGIN " + type + "-----";
        int start = text.indexOf(begin);
        int end = text.indexOf("-----END " + type + "-----");
        if (start < 0 || end < start) {
            throw new IOException(
                    file + " is no PEM file with a " + type.toLowerCase(java.util.Locale.ROOT));
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no PEM file: " + e.getMessage(), e);
        }
    }
}
