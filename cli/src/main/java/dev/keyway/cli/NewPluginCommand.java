// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Starts a vendor's plugin. */
@Command(
        name = "new-plugin",
        header = "Writes a plugin that brings a device, ready to build.",
        description = {
            "",
            "Writes a Maven project: a simulated device NAME:0 with memory and queues of its own,"
                    + " in under 300 lines of Java, and its conformance test. 'mvn verify' in it"
                    + " builds the plugin's jar and passes the profile core; then replace one part"
                    + " after another with your device. The launcher ./keyway also puts Keyway's"
                    + " API and suite into the local Maven repository, where the project finds"
                    + " them.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway new-plugin acme                        into ./acme, package com.acme",
            "  keyway new-plugin acme --package org.acme.keyway --directory plugins/acme",
            "  cd acme && mvn verify",
            "  keyway conformance --plugin acme/target/keyway-acme-1.0.0.jar --device acme"
                    + " --profile core",
            "",
            "docs/tutorial-device-plugin.md goes on from there.",
            "Exit status: 0 when the project was written, 2 for a wrong name or a folder that is",
            "not empty, 4 when it can't be written."
        })
final class NewPluginCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME",
            description = "The device type, lower case: acme makes the device acme:0.")
    private String name = "";

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            description = "The package of its classes. Default: com.NAME.")
    private String packageName = "";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "The folder, new or empty. Default: ./NAME.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Print the result as JSON, alone on standard output.")
    private boolean json;

    @Option(names = "--verbose", description = "Print the stack trace of an error too.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    private final Terminal terminal;

    NewPluginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PluginProject project = PluginProject.of(name, packageName);
        Path target = directory == null ? Path.of(name) : directory;
        List<String> files = project.write(target);
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", project.name());
            result.put("package", project.packageName());
            result.put("directory", target.toString());
            result.put("files", files);
            Json.print(terminal.out(), result);
        } else {
            terminal.out().println("the plugin " + project.name() + " is in " + target + ":");
            files.forEach(file -> terminal.out().println("  " + file));
            terminal.out().println("next: cd " + target + " && mvn verify");
        }
        return ExitCode.OK.status();
    }
}
