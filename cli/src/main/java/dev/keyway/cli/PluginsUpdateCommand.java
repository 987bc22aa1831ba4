// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** Replaces a plugin by another version of it. */
@Command(
        name = "update",
        header = "Replaces a plugin in the plugin folder by another version.",
        description = {
            "",
            "Puts the jar in the place of the version that is there. What is no plugin, or is not"
                    + " trusted where there is a trust file, leaves the old version in place.",
            ""
        },
        footer = {"", "Examples:", "  keyway plugins update acme-1.1.jar"})
final class PluginsUpdateCommand implements Callable<Integer> {
    @ParentCommand private PluginsCommand parent;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "JAR", description = "The new version.")
    private Path jar = Path.of("");

    @Option(
            names = "--add-trust",
            description = "List the plugin's SHA-256 in the trust file first.")
    private boolean addTrust;

    private final Terminal terminal;

    PluginsUpdateCommand(PluginsCommand parent, Terminal terminal) {
        this.parent = parent;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path file = parent.folder(common).update(jar, addTrust);
        if (common.json()) {
            Json.print(terminal.out(), Map.of("updated", file.toString()));
        } else {
            terminal.out().println("updated " + file);
        }
        return ExitCode.OK.status();
    }
}
