// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DType;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The operators as a page of Markdown, which the documentation has. */
final class OpsPage {
    private OpsPage() {}

    static void print(PrintStream out, List<OpsCommand.Row> rows, List<DType> dtypes) {
        Map<String, List<OpsCommand.Row>> devices =
                rows.stream()
                        .collect(
                                Collectors.groupingBy(
                                        OpsCommand.Row::device,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        long operators = rows.stream().map(OpsCommand.Row::operator).distinct().count();
        out.print(
                """
                # Operators

                %d operators: what serves each on each device for each dtype, and whether it has a gradient. The suite checks
                every cell that is not blank. `./keyway ops --markdown` writes this page, and a test compares.

                | in a cell | |
                |---|---|
                | operator | a kernel of the plugin for the whole operator |
                | kernel | a kernel of one of the primitive families |
                | composite | other operators, which the device serves |
                | view | nothing to compute |
                | - | nothing: the device does not compute in the dtype, and a call is an error unless fallback is allowed |
                | (blank) | the operator does not take the dtype |

                f16 and bf16 compute in f32; u8, i8 and i16 compute in i32. An operator without a meaning in integers, as `sin`, computes in
                the dtype to which they promote: f32, and i64 for bool with a number.
                """
                        .formatted(operators));
        devices.forEach((device, served) -> table(out, device, served, dtypes));
    }

    private static void table(
            PrintStream out, String device, List<OpsCommand.Row> rows, List<DType> dtypes) {
        String names = dtypes.stream().map(DType::toString).collect(Collectors.joining(" | "));
        out.print("\n## " + device + "\n\n| operator | gradient | " + names + " |\n");
        out.print("|---|---|" + "---|".repeat(dtypes.size()) + "\n");
        List<OpsCommand.Row> sorted =
                rows.stream().sorted(Comparator.comparing(OpsCommand.Row::operator)).toList();
        for (OpsCommand.Row row : sorted) {
            String cells = String.join(" | ", row.served().values());
            out.print("| `" + row.operator() + "` | " + row.gradient() + " | " + cells + " |\n");
        }
    }
}
