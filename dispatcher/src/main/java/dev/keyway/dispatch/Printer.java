// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;

/** Prints tensors in PyTorch's manner: aligned, summarised above 1,000 elements. */
final class Printer {
    private static final int THRESHOLD = 1000;
    private static final int EDGE = 3;

    private Printer() {}

    static String print(TensorImpl tensor) {
        String suffix = ", dtype=" + tensor.dtype + ", device=" + tensor.deviceImpl().name() + ")";
        if (tensor.isClosed()) {
            return "tensor(closed, size=" + java.util.Arrays.toString(tensor.sizes) + suffix;
        }
        if (tensor.numel == 0) {
            return "tensor([], size=" + java.util.Arrays.toString(tensor.sizes) + suffix;
        }
        String[] cells = cells(tensor);
        int width = 0;
        for (String cell : cells) {
            width = Math.max(width, cell.length());
        }
        StringBuilder out = new StringBuilder("tensor(");
        new Layouter(tensor.sizes, cells, width, tensor.numel > THRESHOLD, out).write(0, 0);
        return out.append(suffix).toString();
    }

    private static String[] cells(TensorImpl tensor) {
        String[] cells = new String[(int) tensor.numel];
        if (tensor.dtype.isFloating()) {
            double[] values = tensor.toDoubleArray();
            for (int i = 0; i < cells.length; i++) {
                cells[i] = number(values[i]);
            }
        } else if (tensor.dtype == DType.BOOL) {
            boolean[] values = tensor.toBooleanArray();
            for (int i = 0; i < cells.length; i++) {
                cells[i] = Boolean.toString(values[i]);
            }
        } else {
            long[] values = tensor.toLongArray();
            for (int i = 0; i < cells.length; i++) {
                cells[i] = Long.toString(values[i]);
            }
        }
        return cells;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(value);
        boolean scientific = size != 0 && (size >= 1e5 || size < 1e-4);
        return String.format(java.util.Locale.ROOT, scientific ? "%.4e" : "%.4f", value);
    }

    private record Layouter(
            long[] sizes, String[] cells, int width, boolean summarise, StringBuilder out) {
        void write(int dim, int start) {
            if (dim == sizes.length) {
                out.append(" ".repeat(width - cells[start].length())).append(cells[start]);
                return;
            }
            int step = 1;
            for (int d = dim + 1; d < sizes.length; d++) {
                step *= (int) sizes[d];
            }
            boolean last = dim == sizes.length - 1;
            String separator = last ? ", " : ",\n" + " ".repeat(8 + dim);
            out.append('[');
            for (int i = 0; i < sizes[dim]; i++) {
                if (i > 0) {
                    out.append(separator);
                }
                if (summarise && i == EDGE && sizes[dim] > 2 * EDGE) {
                    out.append("...").append(separator);
                    i = (int) sizes[dim] - EDGE;
                }
                write(dim + 1, start + i * step);
            }
            out.append(']');
        }
    }
}
