// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.ArgumentException;
import dev.keyway.KeywayException;
import dev.keyway.nn.checkpoint.CheckpointException;
import dev.keyway.nn.data.DataException;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What the command's exit status means. */
enum ExitCode {
    /** All is well. */
    OK,
    /** A check failed, or an error that is Keyway's own. */
    CHECK,
    /** The command line is wrong. */
    USAGE,
    /** A device or plugin is missing or failed. */
    DEVICE,
    /** Data or a checkpoint can't be read or written. */
    DATA;

    /** The number for the shell. */
    int status() {
        return ordinal();
    }

    /** The status of a command that ended with the error. */
    static ExitCode of(Throwable error) {
        return switch (error) {
            case CommandException e -> e.exitCode();
            case CheckpointException _, DataException _ -> DATA;
            case ArgumentException _ -> USAGE;
            case KeywayException _ -> DEVICE;
            case IOException _, UncheckedIOException _ -> DATA;
            default -> CHECK;
        };
    }
}
