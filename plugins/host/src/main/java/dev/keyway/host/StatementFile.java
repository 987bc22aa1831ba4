// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.keyway.PluginException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signed conformance statement, as {@code keyway conformance --statement} writes it: the fields
 * of {@code statement}, the signer's {@code publicKey} in Base64, and an Ed25519 {@code signature}
 * over the statement's JSON without white space and with its fields in alphabetical order.
 */
record StatementFile(Path file, String sha256, String device, String profile, String result) {
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", Pattern.DOTALL);

    /**
     * Reads a statement that one of the keys signed.
     *
     * @throws PluginException when it can't be read, is none, or the signature does not hold
     */
    static StatementFile read(Path file, Set<PublicKey> signers) {
        ObjectMapper mapper =
                new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
        try {
            JsonNode tree = mapper.readTree(Files.readAllBytes(file));
            JsonNode statement = tree.path("statement");
            byte[] signed =
                    mapper.writeValueAsString(mapper.convertValue(statement, TreeMap.class))
                            .getBytes(StandardCharsets.UTF_8);
            PublicKey key = key(Base64.getDecoder().decode(text(tree, "publicKey", file)));
            byte[] signature = Base64.getDecoder().decode(text(tree, "signature", file));
            if (!signers.contains(key)) {
                throw new PluginException(
                        "the statement " + file + " was signed by a key that is not trusted");
            }
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(signed);
            if (!check.verify(signature)) {
                throw new PluginException(
                        "the signature of the statement "
                                + file
                                + " does not hold: it was changed");
            }
            return new StatementFile(
                    file,
                    text(statement, "pluginSha256", file),
                    text(statement, "device", file),
                    text(statement, "profile", file),
                    text(statement, "result", file));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new PluginException("the statement " + file + " can't be read: " + e, e);
        }
    }

    /**
     * Reads a public key in PEM, as {@code keyway conformance key} writes it.
     *
     * @throws PluginException when the file has none
     */
    static PublicKey readKey(Path file) {
        try {
            Matcher pem = PEM.matcher(Files.readString(file));
            if (!pem.find()) {
                throw new PluginException(file + " has no public key in PEM");
            }
            return key(Base64.getMimeDecoder().decode(pem.group(1)));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new PluginException("the public key " + file + " can't be read: " + e, e);
        }
    }

    private static PublicKey key(byte[] encoded) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String text(JsonNode tree, String field, Path file) {
        JsonNode value = tree.get(field);
        if (value == null || !value.isTextual()) {
            throw new PluginException("the statement " + file + " has no text '" + field + "'");
        }
        return value.asText();
    }

    /** Whether the statement is about devices of this type. */
    boolean isFor(String type) {
        int colon = device.indexOf(':');
        return (colon < 0 ? device : device.substring(0, colon)).equals(type);
    }
}
