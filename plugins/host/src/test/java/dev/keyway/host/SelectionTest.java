// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DeviceChoice;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.plugins.reference.ReferenceBackend;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Choosing a device by name, policy, file and requirement, with reasons. */
class SelectionTest {
    @TempDir Path work;
    @TempDir Path plugins;

    @BeforeEach
    void fill() throws IOException {
        new TestPlugin("org.tiny", "1.0.0").write(plugins.resolve("tiny.jar"));
        TestPlugin.of("org.counted", "1.0.0", "counted.CountedBackend")
                .imports("dev.keyway.spi.toolkit")
                .service("counted.CountedBackend")
                .write(plugins.resolve("counted.jar"));
        Files.writeString(plugins.resolve("text.jar"), "no jar");
    }

    private KeywayBuilder builder() {
        return Keyway.builder()
                .classPathBackends(false)
                .backend(new ReferenceBackend())
                .plugins(plugins)
                .benchmarks(work.resolve("cache/fastest.properties"));
    }

    private static List<String> eligible(DeviceChoice choice) {
        return choice.candidates().stream()
                .filter(DeviceChoice.Candidate::eligible)
                .map(DeviceChoice.Candidate::device)
                .toList();
    }

    @Test
    void autoTakesTheHighestRankAndSaysWhatElseThereIs() {
        try (Keyway keyway = builder().open()) {
            DeviceChoice choice = keyway.choose("auto");
            assertEquals("reference:0", choice.device().name());
            assertEquals(List.of("reference:0", "counted:0", "tiny:0"), eligible(choice));
            assertEquals(4, choice.candidates().size());
            assertTrue(choice.toString().contains("  chosen    reference:0 of "), choice::toString);
            assertTrue(choice.toString().contains("  not       - of text.jar 0.0.0: no bundle"));
        }
    }

    @Test
    void deterministicAndCpuOnlyLeaveOutWhatIsNot() {
        try (Keyway keyway = builder().open()) {
            assertEquals(List.of("reference:0"), eligible(keyway.choose("deterministic")));
            DeviceChoice host = keyway.choose("cpu-only");
            assertEquals(List.of("reference:0", "tiny:0"), eligible(host));
            assertTrue(
                    host.toString()
                            .contains(
                                    "  not       counted:0 of org.counted 1.0.0: does not compute"
                                            + " on the host"),
                    host::toString);
        }
    }

    @Test
    void fastestMeasuresOnceAndKeepsTheResult() throws IOException {
        DeviceChoice first;
        try (Keyway keyway = builder().open()) {
            first = keyway.choose("fastest");
            assertTrue(first.candidates().getFirst().reason().endsWith(" ms, measured now"));
            assertEquals("tiny:0", eligible(first).getLast());
            String failed = first.candidates().get(2).reason();
            assertTrue(failed.startsWith("the measurement failed: "), failed);
        }
        Path cache = work.resolve("cache/fastest.properties");
        assertTrue(
                Files.readString(cache).contains("org.counted\\ 1.0.0"), Files.readString(cache));
        try (Keyway keyway = builder().open()) {
            DeviceChoice second = keyway.choose("fastest");
            assertEquals(eligible(first), eligible(second));
            assertTrue(second.candidates().getFirst().reason().endsWith(" ms, measured before"));
        }
        Files.writeString(cache, "nonsense\\u00zz");
        try (Keyway keyway = builder().open()) {
            assertTrue(keyway.choose("fastest").candidates().getFirst().reason().contains("now"));
        }
    }

    @Test
    void aFolderThatCantBeWrittenIsNoObstacle() throws IOException {
        Path file = Files.writeString(work.resolve("file"), "");
        try (Keyway keyway = builder().benchmarks(file.resolve("x")).open()) {
            String reason = keyway.choose("fastest").candidates().getFirst().reason();
            assertTrue(reason.endsWith("measured now and not kept"), reason);
        }
    }

    @Test
    void aFileCanNameTheDevice() throws IOException {
        Path file = Files.writeString(work.resolve("device"), "# ours\n\ncounted:0\n");
        try (Keyway keyway = builder().device("file:" + file).open()) {
            DeviceChoice choice = keyway.choose();
            assertEquals("counted:0", choice.device().name());
            assertEquals("set when the runtime was opened, from the file " + file, choice.origin());
            assertEquals("counted:0", keyway.device().name());
            Files.writeString(file, "# nothing");
            DeviceException none = assertThrows(DeviceException.class, keyway::device);
            assertTrue(none.getMessage().contains("names no device"), none::getMessage);
            Files.delete(file);
            assertThrows(DeviceException.class, keyway::device);
        }
    }

    @Test
    void whatAnApplicationRequiresIsHeeded() {
        try (Keyway keyway =
                builder()
                        .require(
                                (device, plugin) ->
                                        plugin.location().endsWith("tiny.jar")
                                                ? ""
                                                : "not from tiny.jar")
                        .open()) {
            DeviceChoice choice = keyway.choose("auto");
            assertEquals(List.of("tiny:0"), eligible(choice));
            DeviceException e =
                    assertThrows(DeviceException.class, () -> keyway.device("reference"));
            assertEquals("device reference:0 may not be taken: not from tiny.jar", e.getMessage());
            DeviceException none =
                    assertThrows(DeviceException.class, () -> keyway.device("deterministic"));
            assertTrue(none.getMessage().contains("no usable device for 'deterministic'"));
        }
    }

    @Test
    void anUnknownNameListsWhatThereIs() {
        try (Keyway keyway = builder().open()) {
            DeviceException e = assertThrows(DeviceException.class, () -> keyway.device("gpu"));
            assertEquals(
                    "unknown device 'gpu'; usable: [reference:0, counted:0, tiny:0]",
                    e.getMessage());
            assertFalse(keyway.devices().isEmpty());
        }
    }
}
