// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the process that saves, the file is the old checkpoint or the new one. */
@Timeout(300)
class AtomicSaveTest {
    private static final int KILLS = 30;

    @TempDir Path folder;

    private List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    @Test
    void aKilledProcessLeavesTheOldOrTheNewCheckpoint() throws Exception {
        Path file = folder.resolve("run.safetensors");
        SavingProcess.checkpoint(0).write(file);
        long version = 0;
        int insideASave = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = SavingProcess.start(List.of(), file, version + 1, Long.MAX_VALUE / 2);
            try (BufferedReader output = process.inputReader()) {
                assertEquals(SavingProcess.READY, output.readLine());
                TimeUnit.MICROSECONDS.sleep(1_700L * kill);
            } finally {
                process.destroyForcibly().waitFor();
            }
            long found = SavingProcess.check(file);
            assertTrue(found > version, "version " + found + " after " + version);
            version = found;
            for (Path temporary : temporaryFiles()) {
                insideASave++;
                Files.delete(temporary);
            }
        }
        assertTrue(insideASave > 0, version + " saves, no process was killed inside of a save");
    }

    /** A limit on the size of files fails the write in its middle, as a full disk does. */
    @Test
    void aWriteThatFailsInItsMiddleLeavesTheOldCheckpoint() throws Exception {
        Path file = folder.resolve("run.safetensors");
        SavingProcess.checkpoint(1).write(file);
        List<String> limited = List.of("/bin/sh", "-c", "ulimit -f 3000; exec \"$@\"", "sh");
        Process process = SavingProcess.start(limited, file, 2, 1);
        try (BufferedReader output = process.inputReader()) {
            String message = String.valueOf(output.readLine());
            assertTrue(message.startsWith("checkpoint " + file + " can't be written"), message);
            assertTrue(message.contains("has room"), message);
        }
        assertEquals(4, process.waitFor());
        assertEquals(1, SavingProcess.check(file));
        assertEquals(List.of(), temporaryFiles());
    }

    private static Safetensors small(int value) {
        byte[] bytes = {(byte) value};
        return new Safetensors(
                Map.of("w", new Safetensors.Entry(DType.U8, new long[] {1}, bytes)), Map.of());
    }

    private void fails(Path file, String part) throws IOException {
        CheckpointException error =
                assertThrows(CheckpointException.class, () -> small(1).write(file));
        assertTrue(error.getMessage().startsWith("checkpoint " + file + " can't be written"));
        assertTrue(error.getMessage().contains(part), error.getMessage());
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
        assertEquals(List.of(), temporaryFiles());
    }

    @Test
    void targetsThatCanNotBeWritten() throws IOException {
        fails(folder.resolve("missing").resolve("run"), "no such file or folder");
        Path file = Files.writeString(folder.resolve("file"), "text");
        fails(file.resolve("run"), "Not a directory");
        Path full = Files.createDirectories(folder.resolve("full"));
        Files.writeString(full.resolve("kept"), "text");
        fails(full, "directory");
        assertEquals("text", Files.readString(full.resolve("kept")));
        fails(folder.resolve("x".repeat(300)), "too long");
    }

    @Test
    void replacesAnOlderCheckpointOfAnotherSize() throws IOException {
        Path file = folder.resolve("run.safetensors");
        SavingProcess.checkpoint(1).write(file);
        small(7).write(file);
        assertArrayEquals(new byte[] {7}, Safetensors.read(file).tensor("w").bytes());
        assertEquals(List.of(), temporaryFiles());
    }

    @Test
    void writesToARelativePath() throws IOException {
        Path file = Path.of("target", "relative-" + ProcessHandle.current().pid());
        Files.createDirectories(Path.of("target"));
        try {
            small(3).write(file);
            assertArrayEquals(new byte[] {3}, Safetensors.read(file).tensor("w").bytes());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void twoThreadsThatSaveToOneFileNeverMixTheirBytes() throws Exception {
        Path file = folder.resolve("run.safetensors");
        SavingProcess.checkpoint(0).write(file);
        try (ExecutorService savers = Executors.newFixedThreadPool(2)) {
            Future<?> one = savers.submit(() -> save(file, 0));
            Future<?> two = savers.submit(() -> save(file, 100));
            while (!one.isDone() || !two.isDone()) {
                SavingProcess.check(file);
            }
            one.get();
            two.get();
        }
        assertEquals(19, SavingProcess.check(file) % 100);
        assertEquals(List.of(), temporaryFiles());
    }

    private static void save(Path file, int first) {
        for (int version = first; version < first + 20; version++) {
            SavingProcess.checkpoint(version).write(file);
        }
    }
}
