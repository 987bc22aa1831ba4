// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Operator;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Samples;
import dev.keyway.operator.OperatorDefinition;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Lists operators. */
@Command(
        name = "ops",
        header = "Lists the operators: by device, dtype and gradient.",
        description = {
            "",
            "Lists the operators: whether each has a gradient, and what serves it on each device"
                    + " for each dtype. f16 and bf16 compute in f32, and u8, i8 and i16 in i32.",
            "",
            "  operator   a kernel of the plugin for the whole operator",
            "  kernel     a kernel of one of the primitive families",
            "  composite  other operators, which the device serves",
            "  view       nothing to compute",
            "  -          nothing: a call is an error unless fallback is allowed",
            "  (blank)    the operator does not take the dtype, on any device",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway ops                         all operators on all usable devices",
            "  keyway ops conv --device cpu       those with conv in their names, on one device",
            "  keyway ops --dtype f32 --json      one dtype, for programs",
            "  keyway ops --markdown              the page docs/operators.md"
        })
final class OpsCommand implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private DeviceOption deviceOption = new DeviceOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "Only operators whose name contains this.")
    private String name = "";

    @Option(names = "--dtype", paramLabel = "T", description = "Only this dtype, as f32 or i64.")
    private @Nullable DType dtype;

    @Option(names = "--markdown", description = "Print a page with a table for each device.")
    private boolean markdown;

    private final Terminal terminal;

    OpsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** An operator on one device, as printed. */
    record Row(String operator, String gradient, String device, Map<String, String> served) {}

    @Override
    public Integer call() {
        List<Row> rows = new ArrayList<>();
        List<DType> dtypes;
        try (Keyway keyway = common.open(terminal)) {
            List<Device> devices =
                    deviceOption.isNamed(terminal)
                            ? List.of(deviceOption.find(keyway, terminal))
                            : keyway.devices();
            dtypes = dtypes();
            for (Operator operator : keyway.operators()) {
                if (operator.schema().qualifiedName().contains(name)) {
                    devices.forEach(device -> rows.add(row(keyway, operator, device, dtypes)));
                }
            }
        }
        if (rows.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "no operator has '" + name + "' in its name; keyway ops lists all");
        }
        if (common.json()) {
            Json.print(terminal.out(), Map.of("operators", rows));
        } else if (markdown) {
            OpsPage.print(terminal.out(), rows, dtypes);
        } else {
            print(rows, dtypes);
        }
        return ExitCode.OK.status();
    }

    private List<DType> dtypes() {
        return dtype != null ? List.of(dtype) : List.of(DType.values());
    }

    private static Row row(Keyway keyway, Operator operator, Device device, List<DType> dtypes) {
        String qualified = operator.schema().qualifiedName();
        Map<String, String> served = new LinkedHashMap<>();
        OperatorSamples samples = Samples.all().get(qualified);
        for (DType type : dtypes) {
            ElementType element = ElementType.valueOf(type.name());
            boolean accepted = samples == null || samples.types().contains(element);
            boolean stored = samples != null && samples.isOnStorage();
            served.put(
                    type.toString(),
                    !accepted
                            ? ""
                            : stored || device.computes(wide(type))
                                    ? served(keyway, qualified, device, type)
                                    : "-");
        }
        return new Row(qualified, gradient(operator.definition()), device.name(), served);
    }

    /** Views serve every dtype that is stored; all else is served by the dtype it computes in. */
    private static String served(Keyway keyway, String operator, Device device, DType type) {
        String own = word(keyway.explain(operator, device, type).winner());
        if (own.equals("view")) {
            return own;
        }
        List<DType> computed = computed(type);
        String served = word(keyway.explain(operator, device, computed.getFirst()).winner());
        for (DType wider : computed) {
            if (served.equals("-") && device.computes(wider)) {
                served = word(keyway.explain(operator, device, wider).winner());
            }
        }
        return served;
    }

    /** The dtype it computes in, then those to which integers promote where it has no meaning. */
    private static List<DType> computed(DType type) {
        if (type.isFloating()) {
            return List.of(wide(type));
        }
        return type == DType.BOOL
                ? List.of(type, DType.I64, DType.F32)
                : List.of(wide(type), DType.F32);
    }

    private static DType wide(DType type) {
        return DType.valueOf(ElementType.valueOf(type.name()).wide().name());
    }

    private static String gradient(OperatorDefinition definition) {
        if (definition.isNotDifferentiable()) {
            return "no";
        }
        return definition.gradient() != null ? "formula" : "composite";
    }

    private static String word(String winner) {
        String first = winner.substring(0, Math.max(winner.indexOf(' '), 0));
        return switch (first) {
            case "operator", "composite", "view" -> first;
            case "family" -> "kernel";
            default -> "-";
        };
    }

    private void print(List<Row> rows, List<DType> dtypes) {
        List<String> header = new ArrayList<>(List.of("OPERATOR", "GRADIENT", "DEVICE"));
        dtypes.forEach(type -> header.add(type.toString()));
        Table table = new Table(header.toArray(String[]::new));
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.operator, row.gradient, row.device));
            cells.addAll(row.served.values());
            table.row(cells);
        }
        table.print(terminal.out());
    }
}
