// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.PluginException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which plugins may be loaded. A trust file has a line for each: {@code sha256 HASH NAME} allows
 * the jar with this hash (the name is for people), {@code certificate FILE} allows every jar that
 * is signed as a whole by the owner of that X.509 certificate, or of one that it issued; the file
 * is looked for beside the trust file. Empty lines and those that begin with {@code #} are skipped.
 */
public final class Trust {
    /** The name of the trust file in a plugin folder. */
    public static final String FILE = "trust";

    /** Every plugin may be loaded. */
    public static final Trust ANYONE = new Trust(null);

    private final @Nullable Path file;

    /** Hash to name. */
    private final Map<String, String> hashes = new LinkedHashMap<>();

    private final TrustedCertificates certificates = new TrustedCertificates();

    private Trust(@Nullable Path file) {
        this.file = file;
    }

    /**
     * {@return the trust of a folder: {@code file} if it is given, else the folder's own trust
     * file, else {@link #ANYONE}}
     *
     * @param folder what to load
     * @param file the file
     * @throws PluginException when the file can't be read or a line of it is not understood
     */
    public static Trust of(Path folder, @Nullable Path file) {
        if (file != null) {
            return read(file);
        }
        Path own = folder.resolve(FILE);
        return Files.exists(own) ? read(own) : ANYONE;
    }

    /**
     * Reads a trust file.
     *
     * @param file the file
     * @return what may be loaded
     * @throws PluginException when it can't be read or a line is not understood; nothing is loaded
     *     then
     */
    public static Trust read(Path file) {
        Trust trust = new Trust(file);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new PluginException("the trust file " + file + " can't be read: " + e, e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                trust.add(line.split("\\s+", 3), file, i + 1);
            }
        }
        return trust;
    }

    private void add(String[] words, Path of, int line) {
        String value = words.length > 1 ? words[1] : "";
        if (words[0].equals("sha256") && value.matches("[0-9a-fA-F]{64}")) {
            hashes.put(value.toLowerCase(Locale.ROOT), words.length > 2 ? words[2] : "");
        } else if (words[0].equals("certificate") && !value.isEmpty()) {
            certificates.add(of.toAbsolutePath().resolveSibling(value));
        } else {
            throw new PluginException(
                    of
                            + ", line "
                            + line
                            + ": expected 'sha256 HASH NAME' or 'certificate FILE', got '"
                            + String.join(" ", words)
                            + "'");
        }
    }

    /** {@return whether some plugins may not be loaded} */
    public boolean isRequired() {
        return file != null;
    }

    /**
     * Reads the whole jar and judges it.
     *
     * @param jar the jar
     * @return whether it may be loaded, and why
     * @throws PluginException when it can't be read
     */
    public Verdict check(Path jar) {
        return check(jar, String.valueOf(jar.getFileName()));
    }

    /** As {@link #check(Path)}, for a copy of the jar with that name. */
    Verdict check(Path jar, String name) {
        String hash = sha256(jar);
        JarSignatures signatures;
        try {
            signatures = JarSignatures.read(jar);
        } catch (IOException e) {
            throw new PluginException(jar + " is not a readable jar: " + e.getMessage(), e);
        }
        String signer = signatures.signers();
        if (hashes.containsKey(hash)) {
            return new Verdict(hash, signer, true, "its SHA-256 is listed", "");
        }
        if (signatures.tampered()) {
            return refused(hash, signer, signatures.problem());
        }
        if (file == null) {
            return new Verdict(hash, signer, true, "no trust file: every plugin is loaded", "");
        }
        String rejected = signatures.problem();
        for (var chain : signatures.chains()) {
            rejected = certificates.reject(chain);
            if (rejected.isEmpty()) {
                return new Verdict(hash, signer, true, "its signer is listed", "");
            }
        }
        String listed = listedAs(name);
        String why =
                listed == null
                        ? "its SHA-256 is not listed, and " + rejected
                        : "it was changed: its SHA-256 is " + hash + ", listed is " + listed;
        return refused(hash, signer, why);
    }

    private Verdict refused(String hash, String signer, String why) {
        return new Verdict(
                hash,
                signer,
                false,
                "it is not trusted: " + why,
                "check where it comes from; to load it, "
                        + (file == null
                                ? "get it from its vendor again"
                                : "add its SHA-256 or its signer's certificate to " + file));
    }

    private @Nullable String listedAs(String name) {
        return hashes.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The SHA-256 of a file, in hexadecimal. */
    static String sha256(Path jar) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(jar)));
        } catch (IOException e) {
            throw new PluginException(jar + " can't be read: " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
