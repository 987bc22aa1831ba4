// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.Device;
import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Every kind of plugin that does not work: said in words, and harmless to the plugin beside it. */
class BadPluginsTest {
    @TempDir Path folder;

    /** Writes a bad jar. */
    interface Writer {
        void write(Path jar) throws IOException;
    }

    /** A bad jar, and words of its reason and remedy. */
    record Bad(String name, Writer writer, String reason, String remedy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static TestPlugin plugin() {
        return new TestPlugin("org.bad", "1.0.0").device("bad");
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad("empty file", Files::createFile, "not a readable jar", "copy"),
                new Bad("text", jar -> Files.writeString(jar, "no jar"), "not a readable", "copy"),
                new Bad("truncated", BadPluginsTest::truncated, "not a readable jar", "copy"),
                new Bad(
                        "no bundle",
                        plugin().header("Bundle-SymbolicName", "")::write,
                        "no bundle: its manifest has no Bundle-SymbolicName",
                        "rebuild the plugin with bnd"),
                new Bad(
                        "no version",
                        plugin().header("Bundle-Version", "one")::write,
                        "Bundle-Version one is no version",
                        "rebuild"),
                new Bad(
                        "newer API",
                        plugin().header("Import-Package", "dev.keyway.spi;version=\"[2.1,3)\"")
                                ::write,
                        "needs the API dev.keyway.spi [2.1.0,3.0.0), this runtime has 1.0.0",
                        "use a newer Keyway"),
                new Bad(
                        "older API",
                        plugin().header("Import-Package", "dev.keyway.spi;version=\"[0.0.1,0.1)\"")
                                ::write,
                        "needs the API dev.keyway.spi [0.0.1,0.1.0), this runtime has 1.0.0",
                        "use a version of the plugin for the API 1.0.0"),
                new Bad(
                        "missing package",
                        plugin().header("Import-Package", "com.acme.driver;version=3")::write,
                        "needs the package com.acme.driver 3.0.0, which no bundle offers",
                        "put the bundle"),
                new Bad(
                        "future Java",
                        plugin().header(
                                                "Require-Capability",
                                                "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"")
                                ::write,
                        "needs the Java platform",
                        "run with the Java version"),
                new Bad("no service", plugin().service("")::write, "names no backend", "name the"),
                new Bad(
                        "missing class",
                        plugin().service("tiny.Absent")::write,
                        "creating tiny.Absent failed",
                        "use a version"),
                new Bad(
                        "no backend",
                        plugin().service("java.lang.String")::write,
                        "creating java.lang.String failed",
                        "ask the plugin's vendor"),
                new Bad(
                        "constructor",
                        plugin().failAt("constructor")::write,
                        "the constructor of tiny.TinyBackend failed:"
                                + " java.lang.IllegalStateException: no luck in constructor",
                        "ask the plugin's vendor"),
                new Bad("probe", plugin().failAt("probe")::write, "no luck in probe", "ask"),
                new Bad(
                        "register",
                        plugin().failAt("register")::write,
                        "no luck in register",
                        "ask"));
    }

    private static void truncated(Path jar) throws IOException {
        byte[] whole = Files.readAllBytes(plugin().write(jar));
        Files.write(jar, java.util.Arrays.copyOf(whole, whole.length / 2));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrongAndDisturbsNoOther(Bad bad) throws IOException {
        bad.writer().write(folder.resolve("a-bad.jar"));
        new TestPlugin("org.good", "1.0.0").write(folder.resolve("b-good.jar"));
        RecordedProblems problems = new RecordedProblems();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, problems)) {
            host.installAll(folder);
            assertEquals(1, problems.all.size(), problems.all::toString);
            RecordedProblems.Problem problem = problems.all.getFirst();
            assertTrue(problem.reason().contains(bad.reason()), problem::reason);
            assertTrue(problem.remedy().contains(bad.remedy()), problem::remedy);
            Plugin failed = host.list().getFirst();
            assertEquals(Plugin.State.FAILED, failed.state());
            assertEquals(problem.reason(), failed.reason());
            assertEquals(problem.plugin(), failed.info());
            assertAdds(keyway, keyway.device("tiny"));
            host.uninstall(failed);
            assertEquals(1, host.list().size());
            assertAdds(keyway, keyway.device("tiny"));
        }
    }

    @Test
    void theRuntimeListsWhatFailed() throws IOException {
        Files.write(folder.resolve("a.jar"), "no jar".getBytes(UTF_8));
        plugin().failAt("open").write(folder.resolve("b.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).plugins(folder).open()) {
            assertTrue(keyway.devices().isEmpty());
            assertEquals(2, keyway.deviceStatus().size());
            for (DeviceStatus status : keyway.deviceStatus()) {
                assertFalse(status.usable());
                assertFalse(status.reason().isEmpty());
                assertFalse(status.remedy().isEmpty());
            }
        }
    }

    @Test
    void aMissingFolderIsAnError() {
        Path missing = folder.resolve("missing");
        PluginException e =
                assertThrows(PluginException.class, () -> Keyway.builder().plugins(missing).open());
        assertTrue(String.valueOf(e.getMessage()).contains("there is no such folder"));
    }

    private static void assertAdds(Keyway keyway, Device device) {
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4}, sum.toFloatArray());
        }
    }
}
