// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns. */
final class Table {
    private static final String GAP = "  ";

    private record Line(List<String> cells, boolean isNote) {}

    private final List<Line> lines = new ArrayList<>();

    Table(String... header) {
        lines.add(new Line(List.of(header), false));
    }

    /** Adds a row with as many cells as the header. */
    void row(List<String> cells) {
        lines.add(new Line(List.copyOf(cells), false));
    }

    /** Adds a row with as many cells as the header. */
    void row(String... cells) {
        row(List.of(cells));
    }

    /** Adds an indented line below the row. */
    void note(String text) {
        lines.add(new Line(List.of(text), true));
    }

    /** Writes all lines; nothing follows a line's last character. */
    void print(PrintStream out) {
        int[] widths = new int[lines.getFirst().cells.size()];
        for (Line line : lines) {
            for (int i = 0; !line.isNote && i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.cells.get(i).length());
            }
        }
        for (Line line : lines) {
            out.println(line.isNote ? GAP + line.cells.getFirst() : text(line, widths));
        }
    }

    private static String text(Line line, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = line.cells.get(i);
            text.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
        }
        return text.toString().stripTrailing();
    }
}
