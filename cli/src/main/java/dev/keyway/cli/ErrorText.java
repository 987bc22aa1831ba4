// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** An error in one line for people. */
final class ErrorText {
    private ErrorText() {}

    /** The error's message, on one line; what the exceptions for files leave out is added. */
    static String of(Throwable error) {
        return oneLine(
                switch (error) {
                    case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
                    case FileSystemException e -> e.getFile() + ": " + reason(e);
                    case IOException e -> Objects.requireNonNullElse(e.getMessage(), name(e));
                    case CommandException e -> e.getMessage();
                    case dev.keyway.KeywayException e -> e.getMessage();
                    default ->
                            name(error)
                                    + (error.getMessage() == null ? "" : ": " + error.getMessage())
                                    + " (an error of Keyway itself: please report it with the"
                                    + " output of --verbose)";
                });
    }

    /** Line breaks become semicolons. */
    static String oneLine(@Nullable String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String reason(FileSystemException error) {
        return switch (error) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "is no folder";
            case FileAlreadyExistsException _ -> "exists already and is no folder";
            default -> Objects.requireNonNullElse(error.getReason(), name(error));
        };
    }

    private static String name(Throwable error) {
        return error.getClass().getName();
    }
}
