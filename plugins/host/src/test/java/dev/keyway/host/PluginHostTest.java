// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.spi.PluginInfo;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What can be done with plugins while the runtime is open. */
class PluginHostTest {
    private final RecordedProblems problems = new RecordedProblems();
    private final Keyway keyway = Keyway.builder().classPathBackends(false).open();
    private PluginHost host;
    @TempDir Path folder;

    @BeforeEach
    void open() {
        host = PluginHost.open(keyway, problems);
    }

    @AfterEach
    void close() {
        host.close();
        keyway.close();
        assertEquals(List.of(), problems.all);
    }

    private Path jar(String version) throws IOException {
        return new TestPlugin("org.tiny", version).write(folder.resolve(version + ".jar"));
    }

    private Tensor addOn(Device device) {
        Tensor a = keyway.tensor(device, new float[] {1, 2, 3}, 3);
        return a.add(a);
    }

    @Test
    void installStartUseStopStartUninstall() throws IOException {
        Plugin plugin = host.install(jar("1.2.0"));
        assertEquals(Plugin.State.INSTALLED, plugin.state());
        assertTrue(keyway.devices().isEmpty());

        host.start(plugin);
        assertEquals(Plugin.State.ACTIVE, plugin.state());
        assertEquals(List.of("tiny.TinyBackend"), plugin.backends());
        assertEquals("org.tiny 1.2.0", plugin.info().toString());
        assertEquals(List.of(plugin.info()), keyway.plugins());
        Tensor sum = addOn(keyway.device("tiny"));
        assertArrayEquals(new float[] {2, 4, 6}, sum.toFloatArray());

        host.stop(plugin);
        assertEquals(Plugin.State.INSTALLED, plugin.state());
        assertThrows(DeviceException.class, () -> keyway.device("tiny"));
        PluginException left = assertThrows(PluginException.class, () -> sum.add(sum));
        assertTrue(String.valueOf(left.getMessage()).contains("org.tiny"), left::getMessage);

        host.start(plugin);
        assertArrayEquals(new float[] {2, 4, 6}, addOn(keyway.device("tiny")).toFloatArray());

        host.uninstall(plugin);
        assertEquals(Plugin.State.UNINSTALLED, plugin.state());
        assertEquals(List.of(), host.list());
        assertEquals(List.of(), keyway.plugins());
        assertThrows(PluginException.class, () -> host.start(plugin));
    }

    @Test
    void updateReplacesTheRunningVersion() throws IOException {
        Plugin plugin = host.install(jar("1.0.0"));
        host.start(plugin);
        Device before = keyway.device("tiny");
        assertEquals("tiny 1.0.0", before.description());

        host.update(plugin, jar("1.1.0"));
        assertEquals("1.1.0", plugin.info().version());
        Device after = keyway.device("tiny");
        assertNotSame(before, after);
        assertEquals("tiny 1.1.0", after.description());
        assertArrayEquals(new float[] {2, 4, 6}, addOn(after).toFloatArray());
    }

    @Test
    void anUpdateThatIsNoneLeavesTheVersionRunning() throws IOException {
        Plugin plugin = host.install(jar("1.0.0"));
        host.start(plugin);
        Device device = keyway.device("tiny");
        Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
        Path other = new TestPlugin("org.other", "1").write(folder.resolve("other.jar"));

        assertThrows(PluginException.class, () -> host.update(plugin, text));
        assertThrows(PluginException.class, () -> host.update(plugin, other));
        assertEquals(Plugin.State.ACTIVE, plugin.state());
        assertArrayEquals(new float[] {2, 4, 6}, addOn(device).toFloatArray());
    }

    @Test
    void twoVersionsRunSideBySide() throws IOException {
        host.start(host.install(jar("1.0.0")));
        Path second =
                new TestPlugin("org.tiny", "2.0.0")
                        .device("tiny2")
                        .write(folder.resolve("second.jar"));
        host.start(host.install(second));
        assertEquals("tiny 1.0.0", keyway.device("tiny").description());
        assertEquals("tiny 2.0.0", keyway.device("tiny2").description());
    }

    @Test
    void theSameVersionTwiceIsReported() throws IOException {
        Plugin first = host.install(jar("1.0.0"));
        host.start(first);
        Path copy = Files.copy(folder.resolve("1.0.0.jar"), folder.resolve("copy.jar"));
        Plugin second = host.install(copy);
        assertEquals(Plugin.State.FAILED, second.state());
        assertTrue(second.reason().contains("already installed from"), second::reason);
        assertEquals(1, problems.all.size());
        problems.all.clear();
        assertArrayEquals(new float[] {2, 4, 6}, addOn(keyway.device("tiny")).toFloatArray());
    }

    @Test
    void aLibraryBundleIsNoProblemAndItsUsersFollowIt() throws IOException {
        Path library =
                new TestPlugin("org.library", "1.0.0")
                        .header("Export-Package", "tiny;version=1.0.0")
                        .service("")
                        .write(folder.resolve("z-library.jar"));
        Path user =
                new TestPlugin("org.user", "1.0.0")
                        .header("Import-Package", "tiny;version=\"[1,2)\"")
                        .write(folder.resolve("a-user.jar"));
        Plugin using = host.install(user);
        Plugin used = host.install(library);
        host.start(using);
        host.start(used);
        assertEquals("tiny 1.0.0", keyway.device("tiny").description());

        host.uninstall(used);
        assertEquals(Plugin.State.FAILED, using.state());
        assertTrue(keyway.devices().isEmpty());
        PluginInfo reported = problems.all.getFirst().plugin();
        assertEquals("org.user", reported.symbolicName());
        problems.all.clear();
        host.start(host.install(library));
        host.start(using);
        problems.all.clear();
        assertEquals("tiny 1.0.0", keyway.device("tiny").description());
    }

    @Test
    void closingIsIdempotentAndFinal() throws IOException {
        Plugin plugin = host.install(jar("1.0.0"));
        host.start(plugin);
        host.close();
        host.close();
        assertTrue(keyway.devices().isEmpty());
        assertThrows(PluginException.class, () -> host.install(folder.resolve("1.0.0.jar")));
    }
}
