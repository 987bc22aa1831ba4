// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Differential;
import dev.keyway.conformance.DifferentialReport;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.ReportWriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Does what {@link ConformanceCommand} says; apart, so that other commands do not load the suite.
 */
final class ConformanceRun {
    private final ConformanceCommand command;
    private final Terminal terminal;

    ConformanceRun(ConformanceCommand command, Terminal terminal) {
        this.command = command;
        this.terminal = terminal;
    }

    ExitCode run() throws IOException {
        if (command.against != null) {
            return compare(command.against);
        }
        Report report;
        try (Keyway keyway = command.common.open(terminal)) {
            Device device = command.device.find(keyway, terminal);
            report = ConformanceRunner.run(keyway, device, options(keyway));
        }
        if (command.replay != null && report.results().isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--replay: no check of this device is called " + command.replay);
        }
        Path directory = command.report;
        if (directory != null) {
            ReportWriter.write(report, directory);
        }
        if (command.common.json()) {
            Json.print(terminal.out(), ReportWriter.tree(report));
        } else {
            terminal.out().println(report.text());
        }
        return report.passed() || replayPassed(report) ? ExitCode.OK : ExitCode.CHECK;
    }

    private ExitCode compare(String against) {
        DifferentialReport report;
        try (Keyway keyway = command.common.open(terminal)) {
            Device device = command.device.find(keyway, terminal);
            report = Differential.run(keyway, device, keyway.device(against), options(keyway));
        }
        if (command.common.json()) {
            Json.print(terminal.out(), report);
        } else {
            terminal.out().println(report.text());
        }
        return report.passed() ? ExitCode.OK : ExitCode.CHECK;
    }

    /** A replay reaches one pair on purpose. */
    private boolean replayPassed(Report report) {
        return command.replay != null && report.failedCount() == 0;
    }

    private ConformanceOptions options(Keyway keyway) {
        if (command.replay != null) {
            try {
                return ConformanceOptions.all().replay(command.replay);
            } catch (IllegalArgumentException e) {
                throw new CommandException(ExitCode.USAGE, "--replay: " + e.getMessage());
            }
        }
        Set<String> operators = new TreeSet<>();
        for (String name : command.operators) {
            operators.add(known(keyway, name));
        }
        return ConformanceOptions.all().seed(command.seed).operators(operators);
    }

    private static String known(Keyway keyway, String operator) {
        try {
            return keyway.operator(operator).schema().qualifiedName();
        } catch (KeywayException e) {
            throw new CommandException(ExitCode.USAGE, "--operators: " + e.getMessage());
        }
    }
}
