// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.PluginException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

/** Options that every command has, and the runtime that they describe. */
final class CommonOptions {
    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The folder with the plugins' jars. Default: $KEYWAY_PLUGINS.")
    private @Nullable Path plugins;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "The file that says which plugins may be loaded. Default: $KEYWAY_TRUST, else"
                            + " the file 'trust' in the folder, if there is one.")
    private @Nullable Path trust;

    @Option(names = "--json", description = "Print the result as JSON, alone on standard output.")
    private boolean json;

    @Option(names = "--verbose", description = "Print the stack trace of an error too.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    boolean json() {
        return json;
    }

    /**
     * Opens a runtime with the plugins of the folder.
     *
     * @throws PluginException when there is no folder, or no plugin in it
     */
    Keyway open(Terminal terminal) {
        return open(terminal, Keyway.builder());
    }

    /** As {@link #open(Terminal)}, with options set. */
    Keyway open(Terminal terminal, KeywayBuilder builder) {
        Path trusted = trust(terminal);
        return open(folder(terminal), trusted == null ? builder : builder.trust(trusted));
    }

    /** A runtime with the plugins of this folder, whatever the options say. */
    static Keyway open(Path folder, KeywayBuilder builder) {
        Keyway keyway = builder.classPathBackends(false).plugins(folder).open();
        if (keyway.deviceStatus().isEmpty()) {
            keyway.close();
            throw new PluginException(
                    "no plugin in "
                            + folder.toAbsolutePath()
                            + "; put the jar of a backend there, or name another folder with"
                            + " --plugins or KEYWAY_PLUGINS");
        }
        return keyway;
    }

    /** The trust file that was named here or in the environment. */
    @Nullable Path trust(Terminal terminal) {
        String variable = terminal.variable("KEYWAY_TRUST");
        return trust != null ? trust : variable == null ? null : Path.of(variable);
    }

    /** Takes over what was given before the subcommand, where it was not given after it. */
    CommonOptions orFrom(CommonOptions parent) {
        plugins = plugins == null ? parent.plugins : plugins;
        trust = trust == null ? parent.trust : trust;
        json |= parent.json;
        return this;
    }

    /**
     * The plugin folder.
     *
     * @throws PluginException when none was named
     */
    Path folder(Terminal terminal) {
        if (plugins != null) {
            return plugins;
        }
        String variable = terminal.variable("KEYWAY_PLUGINS");
        if (variable == null) {
            throw new PluginException(
                    "no plugin folder; name the folder with the backends' jars with --plugins or"
                            + " KEYWAY_PLUGINS (the launcher ./keyway sets it)");
        }
        return Path.of(variable);
    }

    /** One line for each plugin or device that can't be used, on standard error. */
    static void warn(Terminal terminal, List<DeviceStatus> devices) {
        for (DeviceStatus status : devices) {
            if (!status.usable()) {
                terminal.err()
                        .println(
                                "keyway: "
                                        + status.plugin()
                                        + ": "
                                        + status.reason()
                                        + "; "
                                        + status.remedy());
            }
        }
    }
}
