// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.host.PluginDirectory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** Installs a plugin. */
@Command(
        name = "install",
        header = "Copies a plugin into the plugin folder.",
        description = {
            "",
            "Copies the jar into the plugin folder, in one step. What is no plugin, is there"
                    + " already, or is not trusted where there is a trust file, is not copied.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway plugins install acme-1.0.jar              into $KEYWAY_PLUGINS",
            "  keyway plugins install acme-2.0.jar --beside     keep the version that is there",
            "  keyway plugins install acme-1.0.jar --add-trust  list its SHA-256 as trusted"
        })
final class PluginsInstallCommand implements Callable<Integer> {
    @ParentCommand private PluginsCommand parent;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "JAR", description = "The plugin.")
    private Path jar = Path.of("");

    @Option(
            names = "--add-trust",
            description = "List the plugin's SHA-256 in the trust file first.")
    private boolean addTrust;

    @Option(names = "--beside", description = "Another version of the plugin may stay.")
    private boolean beside;

    private final Terminal terminal;

    PluginsInstallCommand(PluginsCommand parent, Terminal terminal) {
        this.parent = parent;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PluginDirectory folder = parent.folder(common);
        Path file = folder.install(jar, addTrust, beside);
        if (common.json()) {
            Json.print(terminal.out(), Map.of("installed", file.toString()));
        } else {
            terminal.out().println("installed " + file);
        }
        return ExitCode.OK.status();
    }
}
