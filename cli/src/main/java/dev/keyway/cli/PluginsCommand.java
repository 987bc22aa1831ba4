// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.host.PluginDirectory;
import dev.keyway.spi.PluginInfo;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Lists plugins. */
@Command(
        name = "plugins",
        header = "Lists the plugins, working or not; installs, updates, removes and verifies them.",
        synopsisSubcommandLabel = "[COMMAND]",
        description = {
            "",
            "Lists the plugins of the folder: name, version, devices, and where each was loaded"
                    + " from. For one that does not work it says why, and what to do; the others"
                    + " work all the same.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway plugins                       the plugins of $KEYWAY_PLUGINS",
            "  keyway plugins --plugins my/plugins  those of another folder",
            "  keyway plugins --json                the same for programs",
            "  keyway plugins install acme-1.0.jar  copies a plugin into the folder",
            "  keyway plugins verify                checks hashes and signatures",
            "",
            "Exit status: 0 when all plugins work, 3 when one does not."
        })
final class PluginsCommand implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    private final Terminal terminal;

    PluginsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command with its subcommands. */
    static CommandLine line(Terminal terminal) {
        PluginsCommand plugins = new PluginsCommand(terminal);
        return new CommandLine(plugins)
                .addSubcommand(new PluginsInstallCommand(plugins, terminal))
                .addSubcommand(new PluginsUpdateCommand(plugins, terminal))
                .addSubcommand(new PluginsRemoveCommand(plugins, terminal))
                .addSubcommand(new PluginsVerifyCommand(plugins, terminal));
    }

    /** The folder that a subcommand works on. */
    PluginDirectory folder(CommonOptions options) {
        CommonOptions complete = options.orFrom(common);
        return PluginDirectory.of(complete.folder(terminal), complete.trust(terminal));
    }

    /** A plugin, as printed. */
    record Row(
            String plugin,
            String location,
            boolean working,
            List<String> devices,
            String reason,
            String remedy) {}

    @Override
    public Integer call() {
        List<Row> rows;
        try (Keyway keyway = common.open(terminal)) {
            rows = rows(keyway);
        }
        if (common.json()) {
            Json.print(terminal.out(), Map.of("plugins", rows));
        } else {
            print(rows);
        }
        boolean working = rows.stream().allMatch(Row::working);
        return (working ? ExitCode.OK : ExitCode.DEVICE).status();
    }

    private static List<Row> rows(Keyway keyway) {
        List<Row> rows = new ArrayList<>();
        for (PluginInfo plugin : keyway.plugins()) {
            List<String> devices =
                    keyway.deviceStatus().stream()
                            .filter(status -> status.plugin().equals(plugin.toString()))
                            .map(DeviceStatus::name)
                            .toList();
            rows.add(new Row(plugin.toString(), plugin.location(), true, devices, "", ""));
        }
        List<String> registered = rows.stream().map(Row::plugin).toList();
        for (DeviceStatus status : keyway.deviceStatus()) {
            if (!registered.contains(status.plugin())) {
                String location = status.description();
                List<String> none = List.of();
                rows.add(
                        new Row(
                                status.plugin(),
                                location,
                                false,
                                none,
                                status.reason(),
                                status.remedy()));
            }
        }
        return rows;
    }

    private void print(List<Row> rows) {
        Table table = new Table("PLUGIN", "WORKS", "DEVICES", "LOCATION");
        for (Row row : rows) {
            String devices = row.devices.isEmpty() ? "-" : String.join(" ", row.devices);
            table.row(row.plugin, row.working ? "yes" : "no", devices, row.location);
            if (!row.working) {
                table.note("why:    " + row.reason);
                table.note("remedy: " + row.remedy);
            }
        }
        table.print(terminal.out());
    }
}
