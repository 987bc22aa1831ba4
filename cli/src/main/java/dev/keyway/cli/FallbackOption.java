// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Keyway;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;

/** What to do about operators that the device lacks, and what came of it. */
final class FallbackOption {
    @Option(
            names = "--fallback",
            paramLabel = "P",
            description =
                    "What to do when the device lacks an operator: deny (an error), announce"
                            + " (compute on the host and say so) or allow. Default: deny. What ran"
                            + " on the host is listed at the end.")
    private FallbackPolicy policy = FallbackPolicy.DENY;

    FallbackPolicy policy() {
        return policy;
    }

    /** The ledger on standard error, when there is something in it. */
    static void print(Terminal terminal, Keyway keyway) {
        List<FallbackRecord> ledger = keyway.fallbackLedger();
        if (ledger.isEmpty()) {
            return;
        }
        Table table = new Table("RAN ON THE HOST", "DEVICE", "CALLS", "BYTES", "SECONDS");
        for (FallbackRecord record : ledger) {
            table.row(
                    record.operator(),
                    record.device(),
                    String.format(Locale.ROOT, "%,d", record.count()),
                    String.format(Locale.ROOT, "%,d", record.bytes()),
                    String.format(Locale.ROOT, "%.3f", record.nanos() / 1e9));
        }
        table.print(terminal.err());
    }
}
