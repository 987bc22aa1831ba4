// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** Deletes a plugin. */
@Command(
        name = "remove",
        header = "Deletes a plugin from the plugin folder.",
        description = {"", "Deletes the plugin's jar.", ""},
        footer = {
            "",
            "Examples:",
            "  keyway plugins remove com.acme.keyway        by its symbolic name",
            "  keyway plugins remove com.acme.keyway@1.0.0  of several versions, that one",
            "  keyway plugins remove acme-1.0.jar           by its file name"
        })
final class PluginsRemoveCommand implements Callable<Integer> {
    @ParentCommand private PluginsCommand parent;
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "PLUGIN",
            description = "Its symbolic name, NAME@VERSION, or file name.")
    private String name = "";

    private final Terminal terminal;

    PluginsRemoveCommand(PluginsCommand parent, Terminal terminal) {
        this.parent = parent;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path file = parent.folder(common).remove(name);
        if (common.json()) {
            Json.print(terminal.out(), Map.of("removed", file.toString()));
        } else {
            terminal.out().println("removed " + file);
        }
        return ExitCode.OK.status();
    }
}
