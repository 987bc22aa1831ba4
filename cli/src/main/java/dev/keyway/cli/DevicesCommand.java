// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DeviceChoice;
import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Lists devices. */
@Command(
        name = "devices",
        header = "Lists the devices, usable or not.",
        description = {
            "",
            "Lists every device that a plugin names, the best first: the first usable one is taken"
                    + " when no device is named. For one that can't be used it says why, and what"
                    + " to do.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway devices                       a table",
            "  keyway devices --json                the same for programs",
            "  keyway devices --plugins my/plugins  the devices of other plugins",
            "  keyway devices --explain             which one would be taken, and why",
            "  keyway devices --explain --device fastest",
            "",
            "Exit status: 0 when a device is usable, 3 when none is."
        })
final class DevicesCommand implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private DeviceOption deviceOption = new DeviceOption();

    @Option(
            names = "--explain",
            description = "Say which device would be taken for --device, and why not the others.")
    private boolean explain;

    private final Terminal terminal;

    DevicesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return explain ? explain() : list();
    }

    private int explain() {
        DeviceChoice choice;
        try (Keyway keyway = common.open(terminal)) {
            choice = deviceOption.choose(keyway, terminal);
        }
        if (common.json()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("wish", choice.wish());
            tree.put("origin", choice.origin());
            tree.put("device", choice.device().name());
            tree.put("candidates", choice.candidates());
            Json.print(terminal.out(), tree);
        } else {
            terminal.out().print(choice);
        }
        return ExitCode.OK.status();
    }

    private int list() {
        List<DeviceStatus> devices;
        try (Keyway keyway = common.open(terminal)) {
            devices = keyway.deviceStatus();
        }
        if (common.json()) {
            Json.print(terminal.out(), Map.of("devices", devices));
        } else {
            print(devices);
        }
        boolean usable = devices.stream().anyMatch(DeviceStatus::usable);
        return (usable ? ExitCode.OK : ExitCode.DEVICE).status();
    }

    private void print(List<DeviceStatus> devices) {
        Table table = new Table("DEVICE", "USABLE", "PLUGIN", "DESCRIPTION");
        for (DeviceStatus device : devices) {
            table.row(
                    device.name(),
                    device.usable() ? "yes" : "no",
                    device.plugin(),
                    device.description());
            if (!device.usable()) {
                table.note("why:    " + device.reason());
                table.note("remedy: " + device.remedy());
            }
        }
        table.print(terminal.out());
    }
}
