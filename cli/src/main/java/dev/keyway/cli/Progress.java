// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import java.time.temporal.ChronoUnit;

/** A progress bar on standard error, for people only: silent when nobody watches. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 79;
    private static final int MILLIS = 200;

    private final @Nullable ProgressBar bar;

    /** A bar of {@code total} steps. */
    Progress(Terminal terminal, String task, long total) {
        bar =
                terminal.interactive()
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(total)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(MILLIS)
                                .setSpeedUnit(ChronoUnit.SECONDS)
                                .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), WIDTH))
                                .clearDisplayOnFinish()
                                .build()
                        : null;
    }

    /** One step more, with a few words on where it stands. */
    void step(String message) {
        if (bar != null) {
            bar.setExtraMessage(message);
            bar.step();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
