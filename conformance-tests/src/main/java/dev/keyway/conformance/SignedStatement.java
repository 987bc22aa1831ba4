// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * A statement with the vendor's Ed25519 signature (RFC 8032) over the statement's JSON, written
 * without white space and with its fields in alphabetical order, in UTF-8.
 *
 * @param statement what is claimed
 * @param publicKey of the signer, X.509 in Base64; who that is, only the reader can know
 * @param signature in Base64
 */
public record SignedStatement(Statement statement, String publicKey, String signature) {
    private static final ObjectMapper COMPACT =
            JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();
    private static final ObjectMapper FILES =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    /**
     * Signs.
     *
     * @param statement what is stated
     * @param key the private key
     * @param own the public key that belongs to it
     * @return the signed statement
     */
    public static SignedStatement sign(Statement statement, PrivateKey key, PublicKey own) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(bytes(statement));
            Base64.Encoder base64 = Base64.getEncoder();
            return new SignedStatement(
                    statement,
                    base64.encodeToString(own.getEncoded()),
                    base64.encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 key: " + e.getMessage(), e);
        }
    }

    /** {@return whether the signature is that of {@link #signer()} over this statement} */
    public boolean verifies() {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(signer());
            check.update(bytes(statement));
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // A key or signature that is none vouches for nothing.
            return false;
        }
    }

    /**
     * {@return the key that the statement names}
     *
     * @throws GeneralSecurityException when it is none
     */
    public PublicKey signer() throws GeneralSecurityException {
        byte[] encoded = Base64.getDecoder().decode(publicKey);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /**
     * Writes the file.
     *
     * @param file the file
     */
    public void write(Path file) throws IOException {
        FILES.writeValue(file.toFile(), this);
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what was read
     * @throws IOException when it can't be read, or is no statement
     */
    public static SignedStatement read(Path file) throws IOException {
        try {
            return FILES.readValue(Files.readString(file), SignedStatement.class);
        } catch (JacksonException e) {
            throw new IOException(
                    file + " is no conformance statement: " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] bytes(Statement statement) {
        try {
            return COMPACT.writeValueAsString(statement).getBytes(StandardCharsets.UTF_8);
        } catch (JacksonException e) {
            throw new IllegalStateException("a statement of strings and numbers", e);
        }
    }
}
