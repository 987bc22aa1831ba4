// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.PluginException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Installing, updating, removing and verifying the jars of a folder. */
class PluginDirectoryTest {
    @TempDir Path work;
    @TempDir Path plugins;
    private PluginDirectory folder;
    private Path one;
    private Path two;

    @BeforeEach
    void writePlugins() throws IOException {
        folder = PluginDirectory.of(plugins, null);
        one = new TestPlugin("org.tiny", "1.0.0").write(work.resolve("tiny-1.jar"));
        two = new TestPlugin("org.tiny", "2.0.0").write(work.resolve("tiny-2.jar"));
    }

    /** What is in the folder, by name. */
    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(plugins)) {
            return files.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    private static String refused(org.junit.jupiter.api.function.Executable change) {
        return assertThrows(PluginException.class, change).getMessage();
    }

    @Test
    void installUpdateRemove() throws IOException {
        assertEquals(plugins.resolve("tiny-1.jar"), folder.install(one, false, false));
        assertEquals(List.of("tiny-1.jar"), files());
        assertTrue(refused(() -> folder.install(one, false, false)).contains("installed already"));
        assertTrue(refused(() -> folder.install(one, false, true)).contains("installed already"));
        assertTrue(refused(() -> folder.install(two, false, false)).contains("--beside"));
        folder.update(two, false);
        assertEquals(List.of("tiny-2.jar"), files());
        assertEquals(plugins.resolve("tiny-2.jar"), folder.remove("org.tiny"));
        assertEquals(List.of(), files());
        assertTrue(refused(() -> folder.update(two, false)).contains("install it"));
        assertTrue(refused(() -> folder.remove("org.tiny")).contains("no plugin 'org.tiny'"));
    }

    @Test
    void anUpdateUnderTheSameNameReplacesTheFile() throws IOException {
        folder.install(one, false, false);
        Path next = Files.createDirectory(work.resolve("next")).resolve("tiny-1.jar");
        Files.copy(two, next);
        folder.update(next, false);
        assertEquals(List.of("tiny-1.jar"), files());
        assertEquals("2.0.0", folder.verify().getFirst().plugin().version());
    }

    @Test
    void versionsSideBySideAreNamedApart() throws IOException {
        folder.install(one, false, false);
        folder.install(two, false, true);
        assertEquals(List.of("tiny-1.jar", "tiny-2.jar"), files());
        assertTrue(refused(() -> folder.remove("org.tiny")).contains("name one as NAME@VERSION"));
        assertTrue(refused(() -> folder.update(two, false)).contains("several versions"));
        folder.remove("org.tiny@1.0.0");
        assertEquals(List.of("tiny-2.jar"), files());
        folder.remove("tiny-2.jar");
        assertEquals(List.of(), files());
    }

    @Test
    void anotherPluginsFileIsNotReplaced() throws IOException {
        folder.install(one, false, false);
        Path other = Files.createDirectory(work.resolve("other")).resolve("tiny-1.jar");
        new TestPlugin("org.other", "1.0.0").write(other);
        assertTrue(refused(() -> folder.install(other, false, false)).contains("another plugin"));
        assertEquals("org.tiny", folder.verify().getFirst().plugin().symbolicName());
    }

    @Test
    void whatIsNoPluginIsNotInstalled() throws IOException {
        Path text = Files.writeString(work.resolve("text.jar"), "no jar");
        assertTrue(
                refused(() -> folder.install(text, false, false)).contains("not a readable jar"));
        assertEquals(List.of(), files());
    }

    @Test
    void aTrustFileIsObeyedAndCanBeAddedTo() throws IOException {
        Files.writeString(plugins.resolve("trust"), "# mine");
        assertTrue(refused(() -> folder.install(one, false, false)).contains("not trusted"));
        assertEquals(List.of("trust"), files());
        folder.install(one, true, false);
        assertEquals(
                "# mine\nsha256 " + Trust.sha256(one) + " tiny-1.jar\n",
                Files.readString(plugins.resolve("trust")));
        assertTrue(refused(() -> folder.update(two, false)).contains("not trusted"));
        assertEquals(List.of("tiny-1.jar", "trust"), files());

        new TestPlugin("org.evil", "1.0.0").write(plugins.resolve("evil.jar"));
        Files.writeString(plugins.resolve("text.jar"), "no jar");
        List<PluginDirectory.Entry> entries = folder.verify();
        assertEquals(3, entries.size());
        assertFalse(entries.getFirst().verdict().trusted());
        assertEquals("org.evil", entries.getFirst().plugin().symbolicName());
        assertFalse(entries.get(1).verdict().trusted());
        assertTrue(entries.get(1).verdict().reason().contains("not a readable jar"));
        assertTrue(entries.get(2).verdict().trusted());
        assertEquals(Trust.sha256(one), entries.get(2).verdict().sha256());
    }
}
