// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Binaries on disk. */
class BinaryCacheTest {
    private static final byte[] BINARY = {1, 2, 3, 4, 5};

    @TempDir private Path folder;

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertFalse(all.size() != 1, "files: " + all);
            return all.getFirst();
        }
    }

    @Test
    void whatIsStoredIsLoadedUnderItsKeyAlone() {
        BinaryCache cache = new BinaryCache(folder);
        assertNull(cache.load("device driver source"));
        cache.store("device driver source", BINARY);
        assertArrayEquals(BINARY, cache.load("device driver source"));
        assertNull(cache.load("device driver2 source"));
    }

    @Test
    void aFileThatWasCutOffIsNotLoaded() throws IOException {
        BinaryCache cache = new BinaryCache(folder);
        cache.store("key", BINARY);
        byte[] all = Files.readAllBytes(onlyFile());
        for (int length : new int[] {0, 1, 31, 32, 33, all.length - 1}) {
            Files.write(onlyFile(), Arrays.copyOf(all, length));
            assertNull(cache.load("key"), "loaded " + length + " bytes");
        }
    }

    @Test
    void aFileInWhichABitFlippedIsNotLoadedAndStoringRepairsIt() throws IOException {
        BinaryCache cache = new BinaryCache(folder);
        cache.store("key", BINARY);
        byte[] all = Files.readAllBytes(onlyFile());
        all[all.length - 1] ^= 4;
        Files.write(onlyFile(), all);
        assertNull(cache.load("key"));
        cache.store("key", BINARY);
        assertArrayEquals(BINARY, cache.load("key"));
    }

    @Test
    void aFolderThatCannotBeWrittenCostsNothingButTime() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        BinaryCache cache = new BinaryCache(file.resolve("cache"));
        cache.store("key", BINARY);
        assertNull(cache.load("key"));
    }

    @Test
    void offStoresNothing() {
        BinaryCache cache = new BinaryCache(null);
        cache.store("key", BINARY);
        assertNull(cache.load("key"));
        assertFalse(cache.isEnabled());
    }
}
