// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.SignedStatement;
import dev.keyway.conformance.SigningKey;
import dev.keyway.conformance.Statement;
import dev.keyway.spi.PluginInfo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HexFormat;

/** The statement that a run writes; key and jar are read before, so that no run is in vain. */
final class ConformanceStatement {
    private final @Nullable Path file;
    private final @Nullable Path plugin;
    private final @Nullable PrivateKey key;
    private final @Nullable PublicKey own;
    private String sha256 = "";

    private ConformanceStatement(
            @Nullable Path file,
            @Nullable Path plugin,
            @Nullable PrivateKey key,
            @Nullable PublicKey own) {
        this.file = file;
        this.plugin = plugin;
        this.key = key;
        this.own = own;
    }

    static ConformanceStatement of(ConformanceCommand command) throws IOException {
        Path file = command.statement;
        Path key = command.key;
        if ((file == null) != (key == null)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--statement and --key go together; see keyway conformance key");
        }
        if (file == null || key == null) {
            return new ConformanceStatement(null, null, null, null);
        }
        if (command.replay != null || !command.operators.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--statement is about a whole profile; leave out --operators and --replay");
        }
        return new ConformanceStatement(
                file,
                command.plugin,
                SigningKey.readPrivate(key),
                SigningKey.readPublic(SigningKey.publicFile(key)));
    }

    /** Takes the hash of the plugin that drives the device. */
    void prepare(Keyway keyway, Device device) throws IOException {
        if (file != null) {
            sha256 = sha256(plugin != null ? plugin : location(keyway, device));
        }
    }

    private static Path location(Keyway keyway, Device device) {
        for (PluginInfo info : keyway.plugins()) {
            if (info.toString().equals(device.plugin())
                    && Files.isRegularFile(Path.of(info.location()))) {
                return Path.of(info.location());
            }
        }
        throw new CommandException(
                ExitCode.DEVICE,
                "--statement: "
                        + device.plugin()
                        + " was loaded from no jar; name it with --plugin");
    }

    void write(Report report) throws IOException {
        if (file == null || key == null || own == null) {
            return;
        }
        Statement statement = Statement.of(report, Version.text(), sha256);
        SignedStatement.sign(statement, key, own).write(file);
    }

    /** In hexadecimal. */
    static String sha256(Path jar) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(jar)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
