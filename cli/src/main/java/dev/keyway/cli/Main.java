// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DType;
import dev.keyway.KeywayException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code keyway} command. */
@Command(
        name = "keyway",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Runs and trains models on devices that plugins bring.",
        subcommands = HelpCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start here:",
            "  keyway devices            what can compute on this machine",
            "  keyway train              train a small network on the images that come along",
            "  keyway new-plugin acme    start a plugin for a device of yours",
            "  keyway COMMAND --help     what a command does, with examples",
            "",
            "Environment:",
            "  KEYWAY_PLUGINS   the folder with the plugins' jars; --plugins wins over it",
            "  KEYWAY_TRUST     the file that says which plugins may be loaded; --trust wins over it",
            "  KEYWAY_DATA      the folder with the images for train; --data wins over it",
            "  KEYWAY_DEVICE    the device to use, as cpu or cpu:0; --device wins over it",
            "",
            "Exit status:",
            "  0  all is well",
            "  1  a check failed",
            "  2  wrong usage",
            "  3  a device or plugin is missing or failed",
            "  4  data or a checkpoint can't be read or written"
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs the command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(run(Terminal.system(), arguments));
    }

    /** Runs the command; returns the exit status. */
    static int run(Terminal terminal, String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(new DevicesCommand(terminal))
                .addSubcommand(PluginsCommand.line(terminal))
                .addSubcommand(new OpsCommand(terminal))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new TrainCommand(terminal))
                .addSubcommand(new ConformanceCommand(terminal))
                .addSubcommand(new NewPluginCommand(terminal));
        line.setOut(new java.io.PrintWriter(terminal.out(), true));
        line.setErr(new java.io.PrintWriter(terminal.err(), true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        line.registerConverter(DType.class, Main::dtype);
        line.setParameterExceptionHandler((e, _) -> wrongUsage(terminal, e));
        line.setExecutionExceptionHandler((e, _, parsed) -> failed(terminal, e, parsed));
        return line.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static DType dtype(String text) {
        try {
            return DType.parse(text);
        } catch (KeywayException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int wrongUsage(Terminal terminal, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.err()
                .println(
                        command
                                + ": "
                                + ErrorText.oneLine(e.getMessage())
                                + "; see "
                                + command
                                + " --help");
        return ExitCode.USAGE.status();
    }

    private static int failed(Terminal terminal, Exception e, ParseResult parsed) {
        terminal.err().println("keyway: " + ErrorText.of(e));
        ParseResult leaf = parsed;
        while (leaf.hasSubcommand()) {
            leaf = leaf.subcommand();
        }
        if (leaf.hasMatchedOption("--verbose")) {
            e.printStackTrace(terminal.err());
        }
        return ExitCode.of(e).status();
    }
}
