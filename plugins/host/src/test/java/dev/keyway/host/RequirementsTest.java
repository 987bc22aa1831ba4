// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Keyway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** What a manifest requires of the machine decides before any code of the plugin runs. */
class RequirementsTest {
    private static final Machine MACHINE =
            new Machine(
                    "x86-64",
                    new TreeSet<>(List.of("avx", "avx2", "fma")),
                    "linux",
                    "6.1.0",
                    List.of(
                            new InstalledDriver(
                                    "cuda",
                                    new Version(535, 104, 5),
                                    Path.of("/lib/libcuda.so.1"))));

    @TempDir Path folder;

    /** Its constructor would fail, if it were called. */
    private Plugin start(String requirement, Machine machine) throws IOException {
        TestPlugin plugin =
                new TestPlugin("org.needy", "1.0.0")
                        .failAt("constructor")
                        .header("Require-Capability", requirement);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host =
                        PluginHost.open(
                                keyway, new RecordedProblems(), HostOptions.DEFAULT, machine)) {
            Plugin installed = host.install(plugin.write(folder.resolve("needy.jar")));
            host.start(installed);
            return installed;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
                    dev.keyway.cpu;filter:="(feature=avx512f)" \
                    ~ needs the CPU feature avx512f, which this CPU (x86-64) lacks \
                    ~ use a version of the plugin for this CPU, or another machine
                    dev.keyway.cpu;filter:="(&(arch=x86-64)(feature=fma)(feature=amx_tile)(feature=avx512f))" \
                    ~ needs the CPU feature amx_tile, avx512f, which this CPU (x86-64) lacks \
                    ~ use a version of the plugin for this CPU, or another machine
                    dev.keyway.cpu;filter:="(&(arch=aarch64)(feature=sve))" \
                    ~ needs a CPU of the architecture aarch64, this one is x86-64 \
                    ~ use a version of the plugin for x86-64
                    dev.keyway.os;filter:="(&(name=linux)(version>=6.8))" \
                    ~ needs the operating system linux >= 6.8.0, this is linux 6.1.0 \
                    ~ use a version of the plugin for this operating system
                    dev.keyway.driver;filter:="(&(name=cuda)(version>=550.54))" \
                    ~ needs the driver cuda >= 550.54.0, version 535.104.5 is installed (/lib/libcuda.so.1) \
                    ~ update the driver cuda
                    dev.keyway.driver;filter:="(&(name=cuda)(version>=500)(!(version>=530)))" \
                    ~ needs the driver cuda >= 500.0.0 < 530.0.0, version 535.104.5 is installed (/lib/libcuda.so.1) \
                    ~ update the driver cuda
                    dev.keyway.driver;filter:="(name=opencl)" \
                    ~ needs the driver opencl, whose library libOpenCL.so is not installed \
                    ~ install the driver opencl
                    dev.keyway.driver;filter:="(name=acme)" \
                    ~ needs the driver acme, which this Keyway does not know \
                    ~ use a newer Keyway; this one knows cuda, hip, level-zero, opencl, vulkan
                    com.acme.card \
                    ~ needs com.acme.card, which is not here \
                    ~ read what the plugin's vendor requires of the machine
                    """)
    void whatIsMissingIsSaidInWords(String requirement, String reason, String remedy)
            throws IOException {
        Plugin plugin = start(requirement, MACHINE);
        assertEquals(reason, plugin.reason());
        assertEquals(remedy, plugin.remedy());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
                    dev.keyway.cpu;filter:="(&(arch=x86-64)(feature=avx2)(feature=fma))"
                    dev.keyway.cpu;filter:="(|(feature=avx512f)(feature=avx2))"
                    dev.keyway.os;filter:="(&(name=linux)(version>=5))"
                    dev.keyway.driver;filter:="(&(name=cuda)(version>=535)(!(version>=536)))"
                    dev.keyway.cpu;filter:="(feature=amx)";resolution:=optional
                    """)
    void whatIsThereLetsThePluginStart(String requirement) throws IOException {
        assertEquals(
                "the constructor of tiny.TinyBackend failed:"
                        + " java.lang.IllegalStateException: no luck in constructor",
                start(requirement, MACHINE).reason());
    }

    @Test
    void aSystemThatHidesItsCpuSaysSo() throws IOException {
        Machine other = new Machine("aarch64", new TreeSet<>(), "macos", "14", List.of());
        assertEquals(
                "needs the CPU feature neon, and this operating system does not say what its CPU"
                        + " has",
                start("dev.keyway.cpu;filter:=\"(feature=neon)\"", other).reason());
    }
}
