// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.keyway.Device;
import dev.keyway.DeviceRequirement;
import dev.keyway.PluginException;
import dev.keyway.spi.PluginInfo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Takes a device only with a conformance statement: a JSON file with the fields {@code pluginSha256}
 * (of the jar that the plugin was loaded from), {@code device} (a name of the same type), {@code
 * profile} and {@code result}, which must be {@code passed}. Statements are read when the
 * requirement is made; jars are hashed for each choice.
 */
public final class StatementRequirement implements DeviceRequirement {
    private static final String PASSED = "passed";

    private final List<Statement> statements = new ArrayList<>();
    private final String profile;
    private final Path from;

    private record Statement(
            Path file, String sha256, String device, String profile, String result) {
        boolean isFor(Device other) {
            int colon = device.indexOf(':');
            return (colon < 0 ? device : device.substring(0, colon)).equals(other.type());
        }
    }

    private StatementRequirement(Path from, String profile) {
        this.from = from;
        this.profile = profile;
    }

    /**
     * A statement of the profile is required, and found in {@code from}.
     *
     * @param from a statement, or a folder with statements ({@code *.json})
     * @param profile the profile that must have passed
     * @param signature says why the file's signature does not hold, or nothing when it does; such a
     *     file is no statement. {@code file -> ""} leaves signatures unchecked
     * @throws PluginException when a file can't be read or its signature does not hold
     */
    public static StatementRequirement of(
            Path from, String profile, Function<Path, String> signature) {
        StatementRequirement requirement = new StatementRequirement(from, profile);
        for (Path file : files(from)) {
            String problem = signature.apply(file);
            if (!problem.isEmpty()) {
                throw new PluginException("the statement " + file + ": " + problem);
            }
            requirement.statements.add(read(file));
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
            throw new PluginException("the folder of statements " + from + " can't be read: " + e, e);
        }
        files.sort(null);
        return files;
    }

    private static Statement read(Path file) {
        try {
            JsonNode tree = new ObjectMapper().readTree(Files.readAllBytes(file));
            return new Statement(
                    file,
                    text(tree, "pluginSha256", file),
                    text(tree, "device", file),
                    text(tree, "profile", file),
                    text(tree, "result", file));
        } catch (IOException e) {
            throw new PluginException("the statement " + file + " can't be read: " + e, e);
        }
    }

    private static String text(JsonNode tree, String field, Path file) {
        JsonNode value = tree.get(field);
        if (value == null || !value.isTextual()) {
            throw new PluginException("the statement " + file + " has no text '" + field + "'");
        }
        return value.asText();
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
        for (Statement statement : statements) {
            if (!statement.isFor(device)) {
                continue;
            }
            if (!statement.sha256.equalsIgnoreCase(hash)) {
                why = statement.file + " is for another build (" + statement.sha256 + ")";
            } else if (!statement.profile.equals(profile)) {
                why = statement.file + " is for the profile " + statement.profile;
            } else if (!statement.result.equals(PASSED)) {
                why = statement.file + " says " + statement.result;
            } else {
                return "";
            }
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
}
