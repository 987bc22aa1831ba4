// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.host.PluginDirectory;
import dev.keyway.host.Verdict;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Judges the plugins by the trust file. */
@Command(
        name = "verify",
        header = "Checks the plugins' signatures and hashes against the trust file.",
        description = {
            "",
            "Reads every jar of the plugin folder, without running any of it, and says whether it"
                    + " would be loaded: its SHA-256, who signed it, and why. A trust file has lines"
                    + " 'sha256 HASH NAME' and 'certificate FILE'; without one every plugin is"
                    + " loaded, and only broken signatures are told.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway plugins verify                     by the file 'trust' in the folder",
            "  keyway plugins verify --trust /etc/trust  by another one",
            "",
            "Exit status: 0 when all would be loaded, 1 when one would not."
        })
final class PluginsVerifyCommand implements Callable<Integer> {
    private static final int SHORT = 16;

    @ParentCommand private PluginsCommand parent;
    @Mixin private CommonOptions common = new CommonOptions();
    private final Terminal terminal;

    PluginsVerifyCommand(PluginsCommand parent, Terminal terminal) {
        this.parent = parent;
        this.terminal = terminal;
    }

    /** A plugin, as printed. */
    record Row(String plugin, String location, Verdict verdict) {}

    @Override
    public Integer call() {
        List<Row> rows = new ArrayList<>();
        for (PluginDirectory.Entry entry : parent.folder(common).verify()) {
            rows.add(new Row(entry.plugin().toString(), entry.jar().toString(), entry.verdict()));
        }
        if (common.json()) {
            Json.print(terminal.out(), Map.of("plugins", rows));
        } else {
            print(rows);
        }
        boolean trusted = rows.stream().allMatch(row -> row.verdict.trusted());
        return (trusted ? ExitCode.OK : ExitCode.CHECK).status();
    }

    private void print(List<Row> rows) {
        Table table = new Table("PLUGIN", "LOADED", "SHA-256", "SIGNER", "WHY");
        for (Row row : rows) {
            Verdict verdict = row.verdict;
            table.row(
                    row.plugin,
                    verdict.trusted() ? "yes" : "no",
                    verdict.sha256().substring(0, SHORT),
                    verdict.signer().isEmpty() ? "-" : verdict.signer(),
                    verdict.reason());
            if (!verdict.trusted()) {
                table.note("file:   " + row.location);
                table.note("hash:   " + verdict.sha256());
                table.note("remedy: " + verdict.remedy());
            }
        }
        table.print(terminal.out());
    }
}
