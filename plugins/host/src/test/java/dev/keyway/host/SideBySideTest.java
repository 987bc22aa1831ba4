// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Two vendors, and two versions of one plugin, with the same device type in one process. */
class SideBySideTest {
    private final RecordedProblems problems = new RecordedProblems();
    @TempDir Path folder;

    private static List<String> described(Keyway keyway) {
        return keyway.devices().stream().map(d -> d.name() + " " + d.plugin()).toList();
    }

    private static void assertAdds(Keyway keyway, Device device) {
        try (Tensor a = keyway.tensor(device, new float[] {1, 2}, 2);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new float[] {2, 4}, sum.toFloatArray());
        }
    }

    @Test
    void theNewestComesFirstWhateverTheFilesAreCalled() throws IOException {
        new TestPlugin("org.tiny", "1.9.0").write(folder.resolve("a.jar"));
        new TestPlugin("org.tiny", "1.10.0").write(folder.resolve("b.jar"));
        new TestPlugin("com.other", "3.0.0").write(folder.resolve("c.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).plugins(folder).open()) {
            assertEquals(
                    List.of(
                            "tiny:0 com.other 3.0.0",
                            "tiny:1 org.tiny 1.10.0",
                            "tiny:2 org.tiny 1.9.0"),
                    described(keyway));
            keyway.devices().forEach(device -> assertAdds(keyway, device));
            assertEquals("tiny:0", keyway.device("tiny").name());
            assertEquals("tiny:2", keyway.device("tiny:2").name());
            assertEquals("tiny:2", keyway.device("tiny@1.9.0").name());
            assertEquals("tiny:1", keyway.device("tiny@org.tiny").name());
            assertEquals("tiny:2", keyway.device("tiny:0@org.tiny:1.9.0").name());
            assertEquals("tiny:0", keyway.device("tiny@com.other").name());
            assertThrows(DeviceException.class, () -> keyway.device("tiny:2@org.tiny"));
            assertThrows(DeviceException.class, () -> keyway.device("tiny@7.0.0"));
        }
    }

    @Test
    void oneLeavesAndTheOtherKeepsItsNameAndItsTensors() throws IOException {
        Path one = new TestPlugin("org.tiny", "1.0.0").write(folder.resolve("one.jar"));
        Path two = new TestPlugin("org.tiny", "2.0.0").write(folder.resolve("two.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, problems)) {
            Plugin first = host.install(one);
            host.start(first);
            host.start(host.install(two));
            Device older = keyway.device("tiny:0");
            Device newer = keyway.device("tiny:1");
            assertSame(newer, keyway.device("tiny"));
            try (Tensor a = keyway.tensor(newer, new float[] {3}, 1);
                    Tensor moved = a.to(older);
                    Tensor sum = moved.add(moved)) {
                assertArrayEquals(new float[] {6}, sum.toFloatArray());
                host.uninstall(first);
                PluginException left = assertThrows(PluginException.class, () -> sum.add(sum));
                assertTrue(left.getMessage().contains("org.tiny 1.0.0"), left::getMessage);
                assertArrayEquals(new float[] {3}, a.toFloatArray());
            }
            assertAdds(keyway, newer);
            assertEquals(List.of("tiny:1 org.tiny 2.0.0"), described(keyway));
            host.start(host.install(one));
            assertEquals(
                    List.of("tiny:1 org.tiny 2.0.0", "tiny:0 org.tiny 1.0.0"), described(keyway));
        }
        assertEquals(List.of(), problems.all);
    }
}
