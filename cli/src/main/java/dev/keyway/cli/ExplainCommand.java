// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DType;
import dev.keyway.Explanation;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** Explains the dispatch of one operator. */
@Command(
        name = "explain",
        header = "Says what runs when an operator is called, and why.",
        description = {
            "",
            "Says what runs when an operator is called on a device, which other kernels were"
                    + " considered, why they lost, and which plugin brought each.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway explain add.Tensor                          on the best device, f32",
            "  keyway explain conv2d --device cpu --dtype f64     on another device and dtype",
            "  keyway ops                                         the names of all operators"
        })
final class ExplainCommand implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private DeviceOption deviceOption = new DeviceOption();

    @Parameters(paramLabel = "OP", description = "The operator, as add.Tensor or softmax.")
    private String operator = "";

    @Option(names = "--dtype", paramLabel = "T", description = "The compute dtype. Default: f32.")
    private DType dtype = DType.F32;

    private final Terminal terminal;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Explanation explanation;
        try (Keyway keyway = common.open(terminal)) {
            String name = known(keyway);
            explanation = keyway.explain(name, deviceOption.find(keyway, terminal), dtype);
        }
        if (common.json()) {
            Json.print(terminal.out(), explanation);
        } else {
            terminal.out().print(explanation);
        }
        return ExitCode.OK.status();
    }

    private String known(Keyway keyway) {
        try {
            return keyway.operator(operator).schema().qualifiedName();
        } catch (KeywayException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
