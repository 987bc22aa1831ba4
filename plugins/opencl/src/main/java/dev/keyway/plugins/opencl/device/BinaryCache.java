// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Binaries of programs on disk, one file each. A file's name is the SHA-256 of all that the binary
 * depends on; it begins with the SHA-256 of the rest, so that one that was cut off or changed is
 * not given to the driver. A cache that can't be read or written costs time, never a result.
 *
 * <p>The folder is the system property {@code keyway.opencl.cache}, else the environment variable
 * {@code KEYWAY_OPENCL_CACHE}, else {@code keyway/opencl} in the user's cache folder; {@code off}
 * turns it off.
 */
final class BinaryCache {
    static final String PROPERTY = "keyway.opencl.cache";
    private static final String VARIABLE = "KEYWAY_OPENCL_CACHE";

    private final @Nullable Path folder;

    BinaryCache(@Nullable Path folder) {
        this.folder = folder;
    }

    static BinaryCache configured() {
        String setting = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (setting == null || setting.isBlank()) {
            String base = System.getenv("XDG_CACHE_HOME");
            String home = System.getProperty("user.home", "");
            Path root = base == null || base.isBlank() ? Path.of(home, ".cache") : Path.of(base);
            return new BinaryCache(root.resolve("keyway").resolve("opencl"));
        }
        return new BinaryCache(setting.equals("off") ? null : Path.of(setting));
    }

    boolean isEnabled() {
        return folder != null;
    }

    /** The binary for the key; null when there is none that is whole. */
    byte @Nullable [] load(String key) {
        if (folder == null) {
            return null;
        }
        Path file = file(folder, key);
        if (!Files.isReadable(file)) {
            return null;
        }
        try {
            byte[] all = Files.readAllBytes(file);
            int start = 32;
            if (all.length > start) {
                byte[] binary = Arrays.copyOfRange(all, start, all.length);
                if (Arrays.equals(sha256(binary), 0, start, all, 0, start)) {
                    return binary;
                }
            }
            log("{0} is damaged; compiling again", file);
        } catch (IOException e) {
            log("{0} can''t be read: {1}", file, e);
        }
        return null;
    }

    /** Keeps a binary; another process may do the same at the same time. */
    void store(String key, byte[] binary) {
        if (folder == null || binary.length == 0) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "new", ".tmp");
            byte[] digest = sha256(binary);
            Files.write(
                    part,
                    ByteBuffer.allocate(digest.length + binary.length)
                            .put(digest)
                            .put(binary)
                            .array());
            Files.move(
                    part,
                    file(folder, key),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log("{0} can''t be written: {1}", folder, e);
        }
    }

    /** The logger is asked for each time, as a static one could keep this plugin's classes. */
    private static void log(String message, Object... values) {
        System.getLogger("dev.keyway.plugins.opencl")
                .log(System.Logger.Level.INFO, message, values);
    }

    private static Path file(Path folder, String key) {
        byte[] digest = sha256(key.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(HexFormat.of().formatHex(digest) + ".bin");
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
