// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.PluginSource.Problems;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a host reports. */
final class RecordedProblems implements Problems {
    /** One report. */
    record Problem(PluginInfo plugin, String reason, String remedy) {}

    final List<Problem> all = new ArrayList<>();

    @Override
    public void report(PluginInfo plugin, String reason, String remedy) {
        all.add(new Problem(plugin, reason, remedy));
    }
}
