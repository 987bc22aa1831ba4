// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Differential;
import dev.keyway.conformance.DifferentialReport;
import dev.keyway.conformance.KnownFailures;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.ReportWriter;
import dev.keyway.conformance.Tolerances;
import dev.keyway.conformance.sample.Profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

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
        if (command.tolerances) {
            return tolerances();
        }
        ConformanceStatement statement = ConformanceStatement.of(command);
        Report report = report(statement);
        if (command.replay != null && report.results().isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--replay: no check of this device is called " + command.replay);
        }
        Path directory = command.report;
        if (directory != null) {
            ReportWriter.write(report, directory);
        }
        statement.write(report);
        if (command.common.json()) {
            Json.print(terminal.out(), ReportWriter.tree(report));
        } else {
            terminal.out().println(report.text());
        }
        return report.passed() || replayPassed(report) ? ExitCode.OK : ExitCode.CHECK;
    }

    private ExitCode compare(String against) throws IOException {
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

    /** What the operators' tolerances are, in units in the last place. */
    private ExitCode tolerances() throws IOException {
        List<Tolerances.Row> rows;
        try (Keyway keyway = command.common.open(terminal)) {
            rows = Tolerances.of(options(keyway));
        }
        if (command.common.json()) {
            Json.print(terminal.out(), rows);
            return ExitCode.OK;
        }
        Table table = new Table("OPERATOR", "F16", "BF16", "F32", "F64");
        for (Tolerances.Row row : rows) {
            table.row(
                    row.operator(),
                    row.allowed().getOrDefault("f16", ""),
                    row.allowed().getOrDefault("bf16", ""),
                    row.allowed().getOrDefault("f32", ""),
                    row.allowed().getOrDefault("f64", ""));
        }
        table.print(terminal.out());
        return ExitCode.OK;
    }

    private Report report(ConformanceStatement statement) throws IOException {
        Path jar = command.plugin;
        if (jar == null) {
            return report(() -> command.common.open(terminal), statement);
        }
        try (PluginAlone folder = PluginAlone.of(jar)) {
            return report(
                    () -> CommonOptions.open(folder.directory(), Keyway.builder()), statement);
        }
    }

    private Report report(Supplier<Keyway> open, ConformanceStatement statement)
            throws IOException {
        try (Keyway keyway = open.get()) {
            return report(keyway, options(keyway).reopen(open), statement);
        }
    }

    private Report report(Keyway keyway, ConformanceOptions options, ConformanceStatement statement)
            throws IOException {
        Device device = command.device.find(keyway, terminal);
        statement.prepare(keyway, device);
        try (Progress progress = new Progress(terminal, device.name(), options.operatorCount())) {
            return ConformanceRunner.run(
                    keyway, device, options, (operator, _, _) -> progress.step(operator));
        }
    }

    /** A replay reaches one pair on purpose. */
    private boolean replayPassed(Report report) {
        return command.replay != null && report.failedCount() == 0;
    }

    private ConformanceOptions options(Keyway keyway) throws IOException {
        if (command.replay != null) {
            try {
                return tightened(ConformanceOptions.all().replay(command.replay));
            } catch (IllegalArgumentException e) {
                throw new CommandException(ExitCode.USAGE, "--replay: " + e.getMessage());
            }
        }
        Set<String> operators = new TreeSet<>();
        for (String name : command.operators) {
            operators.add(known(keyway, name));
        }
        return tightened(
                ConformanceOptions.all()
                        .seed(command.seed)
                        .operators(operators)
                        .profile(profile())
                        .known(knownFailures()));
    }

    private ConformanceOptions tightened(ConformanceOptions options) {
        try {
            return options.tighten(command.tighten);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--tighten: " + e.getMessage());
        }
    }

    private Profile profile() {
        try {
            return Profile.parse(command.profile);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--profile: " + e.getMessage());
        }
    }

    private KnownFailures knownFailures() throws IOException {
        try {
            return command.known == null ? KnownFailures.NONE : KnownFailures.read(command.known);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--known-failures: " + e.getMessage());
        }
    }

    private static String known(Keyway keyway, String operator) {
        if (operator.startsWith("device.")) {
            return operator; // checks of the device itself; of a wrong name there are none
        }
        try {
            return keyway.operator(operator).schema().qualifiedName();
        } catch (KeywayException e) {
            throw new CommandException(ExitCode.USAGE, "--operators: " + e.getMessage());
        }
    }
}
