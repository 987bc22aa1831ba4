// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file as a whole: its content goes to a temporary file beside it, is forced to disk and
 * renamed. Whoever looks, and whenever the process dies, finds the old file or the new one; of a
 * process that was killed a temporary file may stay behind.
 */
final class AtomicFile {
    private static final SecureRandom NAMES = new SecureRandom();

    private AtomicFile() {}

    /** Writes the content. */
    @FunctionalInterface
    interface Content {
        /** Writes it to a channel that is at the start of an empty file. */
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Replaces the file, or creates it.
     *
     * @throws CheckpointException when that fails; a file that was there before stays as it was
     */
    static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        try {
            replace(temporary(target), target, content);
            forceFolder(target);
        } catch (IOException e) {
            throw unwritable(file, reason(e), e);
        }
    }

    /**
     * Tries whether the file could be written, with a temporary one beside it that is removed.
     *
     * @throws CheckpointException when that fails
     */
    static void tryFolder(Path file) {
        if (Files.isDirectory(file)) {
            throw unwritable(file, "it is a folder", null);
        }
        Path temporary = temporary(file.toAbsolutePath());
        try {
            Files.createFile(temporary);
            Files.delete(temporary);
        } catch (IOException e) {
            throw unwritable(file, reason(e), e);
        }
    }

    private static Path temporary(Path target) {
        String unique = HexFormat.of().toHexDigits(NAMES.nextLong());
        return target.resolveSibling(target.getFileName() + "." + unique + ".tmp");
    }

    private static CheckpointException unwritable(
            Path file, String reason, @Nullable IOException cause) {
        return new CheckpointException(
                "checkpoint "
                        + file
                        + " can't be written: "
                        + reason
                        + "; choose a folder that exists, is writable and has room",
                cause);
    }

    private static void replace(Path temporary, Path target, Content content) throws IOException {
        try {
            writeForced(temporary, content);
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Two savers of one file never share a temporary one. */
    private static void writeForced(Path temporary, Content content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.write(channel);
            channel.force(true);
        }
    }

    /** Writes all that remains in the buffer. */
    static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Makes the new name durable; Windows opens no folders, and journals names itself. */
    private static void forceFolder(Path target) throws IOException {
        Path folder = target.getParent();
        if (folder != null && File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** What the exceptions for files leave out of their messages. */
    static String reason(IOException error) {
        return switch (error) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            default -> error.toString();
        };
    }
}
