// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs the conformance suite. */
@Command(
        name = "conformance",
        header = "Checks a device against the definitions of all operators.",
        subcommands = {ConformanceVerifyCommand.class, ConformanceKeyCommand.class},
        description = {
            "",
            "Runs the conformance suite on one device, without any fallback to another: values,"
                    + " in-place and out forms, views, gradients and error messages, for every"
                    + " operator and dtype, against plain definitions. The samples depend on the"
                    + " seed alone. Each failure comes with a line that replays it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway conformance --device cpu --report target/conformance",
            "  keyway conformance --device cpu --operators add.Tensor,mul.Tensor --seed 7",
            "  keyway conformance --device acme@2.0.0 --against acme@1.0.0",
            "  keyway conformance --device cpu --replay seed=1:op=add.Tensor:dtype=f32:case=7",
            "  keyway conformance --plugin acme.jar --device acme:0 --profile core",
            "  keyway conformance key acme.pem",
            "  keyway conformance --plugin acme.jar --device acme --key acme.pem"
                    + " --statement acme.json",
            "  keyway conformance verify acme.json --plugin acme.jar --signer acme.pem.pub",
            "",
            "--report writes conformance.html, conformance.json, conformance.md and",
            "TEST-conformance.xml (JUnit).",
            "Exit status: 0 when all checks passed, 1 when one failed or none ran, 3 without the",
            "device, 4 when the report can't be written."
        })
final class ConformanceCommand implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin DeviceOption device = new DeviceOption();

    @Option(names = "--report", paramLabel = "DIR", description = "Write reports into this folder.")
    @Nullable Path report;

    @Option(names = "--seed", paramLabel = "N", description = "The samples' seed. Default: 1.")
    long seed = 1;

    @Option(
            names = "--operators",
            paramLabel = "NAME",
            split = ",",
            description = "Only these operators, as add.Tensor,softmax. Default: all.")
    List<String> operators = List.of();

    @Option(
            names = "--replay",
            paramLabel = "LINE",
            description = "Only the check that a failure named with this line.")
    @Nullable String replay;

    @Option(
            names = "--against",
            paramLabel = "D",
            description =
                    "Compare the device's results with those of this one instead, element by"
                            + " element.")
    @Nullable String against;

    @Option(
            names = "--plugin",
            paramLabel = "JAR",
            description = "Load this plugin alone, instead of those of a folder.")
    @Nullable Path plugin;

    @Option(
            names = "--profile",
            paramLabel = "P",
            description =
                    "What the device must pass: core, inference or training, each with the ones"
                            + " before it. Default: training.")
    String profile = "training";

    @Option(
            names = "--known-failures",
            paramLabel = "FILE",
            description =
                    "Failures that are expected, one a line: OPERATOR DTYPE FORM REASON, * for any.")
    @Nullable Path known;

    @Option(
            names = "--tighten",
            paramLabel = "SHARE",
            description =
                    "Allow only this share of each tolerance, as 0.5; more than 1 is refused."
                            + " Default: 1.")
    double tighten = 1;

    @Option(
            names = "--tolerances",
            description = "Print how far results may lie from the exact value, by operator.")
    boolean tolerances;

    @Option(
            names = "--statement",
            paramLabel = "FILE",
            description = "Write what was passed into this file, signed with --key.")
    @Nullable Path statement;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The private key for --statement, from keyway conformance key.")
    @Nullable Path key;

    private final Terminal terminal;

    ConformanceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    @Override
    public Integer call() throws IOException {
        return new ConformanceRun(this, terminal).run().status();
    }
}
