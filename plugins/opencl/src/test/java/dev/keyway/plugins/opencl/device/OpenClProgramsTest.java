// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DeviceException;
import dev.keyway.plugins.opencl.binding.OpenCl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are compiled once, also over processes, and never taken from a damaged file. */
@Tag("opencl")
class OpenClProgramsTest {
    private static final KernelSource SOURCE =
            KernelSource.of(Map.of("T", "float", "S", "float"), "arange");

    @TempDir private Path folder;

    @BeforeEach
    void useTheFolder() {
        System.setProperty(BinaryCache.PROPERTY, folder.toString());
    }

    @AfterEach
    void useTheDefault() {
        System.clearProperty(BinaryCache.PROPERTY);
    }

    private static OpenClDevice open() {
        OpenCl cl = OpenCl.load();
        return new OpenClDevice(cl, Platforms.list(cl.info()).devices().getFirst());
    }

    private static long[] build(KernelSource source) {
        try (OpenClDevice device = open()) {
            Programs programs = device.programs();
            long program = programs.get(source);
            assertEquals(program, programs.get(source));
            return new long[] {programs.compiled.get(), programs.restored.get()};
        }
    }

    @Test
    void aProgramIsCompiledOnceAndThenRestored() {
        assertArrayEquals(new long[] {1, 0}, build(SOURCE));
        assertArrayEquals(new long[] {0, 1}, build(SOURCE));
    }

    @Test
    void aDamagedFileIsCompiledAgainAndReplaced() throws IOException {
        build(SOURCE);
        for (Path file : files()) {
            byte[] all = Files.readAllBytes(file);
            all[all.length / 2] ^= 1;
            Files.write(file, all);
        }
        assertArrayEquals(new long[] {1, 0}, build(SOURCE));
        assertArrayEquals(new long[] {0, 1}, build(SOURCE));
    }

    @Test
    void aBinaryThatTheDriverRefusesIsCompiledAgain() throws IOException {
        build(SOURCE);
        // Whole, as far as the cache can tell, but no program.
        byte[] nonsense = new byte[1000];
        for (Path file : files()) {
            Files.delete(file);
        }
        try (OpenClDevice device = open()) {
            BinaryCache cache = BinaryCache.configured();
            cache.store(device.programs().key(SOURCE), nonsense);
            device.programs().get(SOURCE);
            assertEquals(1, device.programs().compiled.get());
        }
    }

    @Test
    void aKernelThatDoesNotCompileIsAnErrorWithTheLog() {
        try (OpenClDevice device = open()) {
            KernelSource wrong = new KernelSource("__kernel void f() { nonsense; }", false);
            DeviceException e =
                    assertThrows(DeviceException.class, () -> device.programs().get(wrong));
            assertTrue(String.valueOf(e.getMessage()).contains("nonsense"), e::getMessage);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
