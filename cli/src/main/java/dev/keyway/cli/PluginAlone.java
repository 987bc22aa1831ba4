// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder with one plugin.
 *
 * @param directory the folder, which is removed at the end
 * @param jar the copy of the plugin in it
 */
record PluginAlone(Path directory, Path jar) implements AutoCloseable {
    /** With a copy of this jar. */
    static PluginAlone of(Path jar) throws IOException {
        Path name = jar.getFileName();
        if (!Files.isRegularFile(jar) || name == null || !name.toString().endsWith(".jar")) {
            throw new CommandException(
                    ExitCode.DEVICE, "--plugin: " + jar.toAbsolutePath() + " is no jar file");
        }
        Path directory = Files.createTempDirectory("keyway-plugin");
        return new PluginAlone(directory, Files.copy(jar, directory.resolve(name.toString())));
    }

    @Override
    public void close() throws IOException {
        Files.delete(jar);
        Files.delete(directory);
    }
}
