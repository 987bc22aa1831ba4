// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.DeviceRequirement;
import dev.keyway.PluginException;
import dev.keyway.spi.PluginInfo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes a device only with a signed conformance statement that says that its plugin, the jar that
 * was loaded, passed a profile on a device of this type. Statements are read when the requirement
 * is made; jars are hashed for each choice.
 */
public final class StatementRequirement implements DeviceRequirement {
    private static final String PASSED = "passed";

    /** Each includes those before it. */
    private static final List<String> PROFILES = List.of("core", "inference", "training");

    private final List<StatementFile> statements = new ArrayList<>();
    private final String profile;
    private final Path from;

    private StatementRequirement(Path from, String profile) {
        this.from = from;
        this.profile = profile;
    }

    /**
     * Requires the profile, by a statement in {@code from} that one of the signers signed.
     *
     * @param from a statement, or a folder with statements ({@code *.json})
     * @param profile {@code core}, {@code inference} or {@code training}
     * @param signers the signers' public keys, Ed25519 in PEM
     * @return the requirement
     * @throws PluginException when a file can't be read, or a signature does not hold
     */
    public static StatementRequirement of(Path from, String profile, Path... signers) {
        if (!PROFILES.contains(profile)) {
            throw new ArgumentException(
                    "there is no profile '" + profile + "', expected one of " + PROFILES);
        }
        Set<PublicKey> keys = new HashSet<>();
        for (Path signer : signers) {
            keys.add(StatementFile.readKey(signer));
        }
        StatementRequirement requirement = new StatementRequirement(from, profile);
        for (Path file : files(from)) {
            requirement.statements.add(StatementFile.read(file, keys));
        }
        return requirement;
    }

    private static List<Path> files(Path from) {
        if (!Files.isDirectory(from)) {
            return List.of(from);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(from, "*.json")) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new PluginException(
                    "the folder of statements " + from + " can't be read: " + e, e);
        }
        files.sort(null);
        return files;
    }

    @Override
    public String reject(Device device, PluginInfo plugin) {
        Path jar = Path.of(plugin.location());
        if (!Files.isRegularFile(jar)) {
            return "a conformance statement is required, and "
                    + plugin
                    + " was not loaded from a file that one could be for";
        }
        String hash = Trust.sha256(jar);
        String why = "there is none for its type";
        for (StatementFile statement : statements) {
            if (!statement.isFor(device.type())) {
                continue;
            }
            String problem = problem(statement, hash);
            if (problem.isEmpty()) {
                return "";
            }
            why = statement.file() + " " + problem;
        }
        return "a conformance statement for the profile "
                + profile
                + " and the SHA-256 "
                + hash
                + " is required in "
                + from
                + "; "
                + why;
    }

    private String problem(StatementFile statement, String hash) {
        if (!statement.sha256().equalsIgnoreCase(hash)) {
            return "is for another build (" + statement.sha256() + ")";
        }
        if (PROFILES.indexOf(statement.profile()) < PROFILES.indexOf(profile)) {
            return "is for the profile " + statement.profile();
        }
        return statement.result().equals(PASSED) ? "" : "says " + statement.result();
    }
}
