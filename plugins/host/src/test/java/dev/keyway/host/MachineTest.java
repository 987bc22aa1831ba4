// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Finding out what the machine has. */
class MachineTest {
    @TempDir Path folder;

    @Test
    void featuresAreThoseOfTheFirstProcessor() throws IOException {
        Path x86 = folder.resolve("x86");
        Files.writeString(
                x86, "processor\t: 0\nflags\t\t: fpu avx avx2\nbugs\t: none\nflags\t: sse\n");
        assertEquals(Set.of("fpu", "avx", "avx2"), Machine.features(x86));
        Path arm = folder.resolve("arm");
        Files.writeString(arm, "processor\t: 0\nFeatures\t: fp asimd sve\n");
        assertEquals(Set.of("fp", "asimd", "sve"), Machine.features(arm));
        assertEquals(Set.of(), Machine.features(folder.resolve("missing")));
    }

    @Test
    void namesAreNormal() {
        assertEquals("x86-64", Machine.arch("amd64"));
        assertEquals("aarch64", Machine.arch("arm64"));
        assertEquals("riscv64", Machine.arch("riscv64"));
        assertEquals("macos", Machine.os("Mac OS X"));
        assertEquals("windows", Machine.os("Windows 11"));
        assertEquals("linux", Machine.os("Linux"));
        assertEquals("6.1.0", Machine.version("6.1.0-18-amd64"));
        assertEquals("14.2", Machine.version("14.2"));
        assertEquals("0", Machine.version("unknown"));
    }

    @Test
    void driversAreFoundByTheirFilesWithTheHighestVersion() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        for (String name : List.of("libcuda.so.1", "libcuda.so.550.54.14", "libcudart.so.12")) {
            Files.createFile(first.resolve(name));
        }
        Files.createFile(second.resolve("libOpenCL.so"));
        Files.createFile(second.resolve("libcuda.so.535.1"));
        assertEquals(
                List.of(
                        new InstalledDriver(
                                "cuda",
                                new Version(550, 54, 14),
                                first.resolve("libcuda.so.550.54.14")),
                        new InstalledDriver(
                                "opencl", Version.emptyVersion, second.resolve("libOpenCL.so"))),
                InstalledDriver.find(List.of(first, second, folder.resolve("missing"))));
    }

    @Test
    void thisMachineIsDescribed() {
        Machine machine = Machine.detect();
        assertFalse(machine.arch().isBlank());
        assertTrue(
                machine.capabilities()
                        .startsWith("dev.keyway.cpu;arch=\"" + machine.arch() + "\""));
        if (machine.os().equals("linux")) {
            assertFalse(machine.features().isEmpty());
        }
    }
}
