// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.conformance.SigningKey;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Makes a vendor's key. */
@Command(
        name = "key",
        header = "Makes a key with which a vendor signs statements.",
        description = {
            "",
            "Writes an Ed25519 key as PEM: the private half into FILE, which its owner alone can"
                    + " read, and the public half into FILE.pub, which is for everybody. A file"
                    + " that exists is never replaced.",
            ""
        })
final class ConformanceKeyCommand implements Callable<Integer> {
    @ParentCommand private @Nullable ConformanceCommand parent;

    @Parameters(paramLabel = "FILE", description = "Where to write the private key.")
    private Path file = Path.of("");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        SigningKey.generate(file);
        java.util.Objects.requireNonNull(parent)
                .terminal()
                .out()
                .println("private key: " + file + "\npublic key:  " + SigningKey.publicFile(file));
        return ExitCode.OK.status();
    }
}
