// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Prints tensors as PyTorch does: columns aligned in lines of 80 characters; above 1,000 elements
 * three at either end of each dimension, and only those are read from the device.
 */
final class Printer {
    private static final int THRESHOLD = 1000;
    private static final int EDGE = 3;
    private static final int LINE = 80;
    private static final String PREFIX = "tensor(";

    private final long[] sizes;
    private final String[] cells;
    private final int width;
    private final boolean summarised;

    private Printer(Tensor shown, long[] sizes, boolean summarised) {
        this.sizes = sizes;
        this.summarised = summarised;
        Cells all = Cells.of(shown);
        this.cells = all.text();
        this.width = all.width();
    }

    static String print(TensorImpl tensor) {
        List<String> suffixes = new ArrayList<>();
        if (tensor.isClosed() || tensor.numel == 0 && tensor.sizes.length != 1) {
            suffixes.add("size=" + tuple(tensor.sizes));
        }
        suffixes.add("dtype=" + tensor.dtype);
        suffixes.add("device=" + tensor.deviceImpl().name());
        String text = tensor.isClosed() ? "closed" : tensor.numel == 0 ? "[]" : elements(tensor);
        return finished(PREFIX + text, suffixes);
    }

    private static String tuple(long[] sizes) {
        StringJoiner text = new StringJoiner(", ", "(", sizes.length == 1 ? ",)" : ")");
        for (long size : sizes) {
            text.add(Long.toString(size));
        }
        return text.toString();
    }

    private static String elements(TensorImpl tensor) {
        boolean summarised = tensor.numel > THRESHOLD;
        if (!summarised) {
            return new Printer(tensor, tensor.sizes, false).slice(0, 0, PREFIX.length());
        }
        try (Scope _ = tensor.keyway().noGrad();
                Tensor shown = edges(tensor)) {
            return new Printer(shown, tensor.sizes, true).slice(0, 0, PREFIX.length());
        }
    }

    /** The first and last elements of each long dimension. */
    private static Tensor edges(Tensor tensor) {
        Tensor shown = tensor.detach();
        for (int d = 0; d < tensor.dim(); d++) {
            if (tensor.size(d) <= 2 * EDGE) {
                continue;
            }
            try (Tensor whole = shown;
                    Tensor front = whole.narrow(d, 0, EDGE);
                    Tensor back = whole.narrow(d, tensor.size(d) - EDGE, EDGE)) {
                shown = Ops.cat(List.of(front, back), d);
            }
        }
        return shown;
    }

    private int shown(int dim) {
        return (int) (summarised ? Math.min(sizes[dim], 2 * EDGE) : sizes[dim]);
    }

    private boolean isCut(int dim) {
        return summarised && sizes[dim] > 2 * EDGE;
    }

    private int step(int dim) {
        int step = 1;
        for (int d = dim + 1; d < sizes.length; d++) {
            step *= shown(d);
        }
        return step;
    }

    private String slice(int dim, int start, int indent) {
        if (dim == sizes.length) {
            return padded(start);
        }
        if (dim == sizes.length - 1) {
            return vector(dim, start, indent);
        }
        String gap = "\n".repeat(sizes.length - dim - 1) + " ".repeat(indent + 1);
        StringJoiner text = new StringJoiner("," + gap, "[", "]");
        for (int i = 0; i < shown(dim); i++) {
            if (isCut(dim) && i == EDGE) {
                text.add("...");
            }
            text.add(slice(dim + 1, start + i * step(dim), indent + 1));
        }
        return text.toString();
    }

    private String padded(int at) {
        return " ".repeat(Math.max(0, width - cells[at].length())) + cells[at];
    }

    /** Elements in as many lines as they need. */
    private String vector(int dim, int start, int indent) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < shown(dim); i++) {
            if (isCut(dim) && i == EDGE) {
                all.add(" ...");
            }
            all.add(padded(start + i));
        }
        int perLine = Math.max(1, (LINE - indent) / (width + 2));
        StringJoiner lines = new StringJoiner(",\n" + " ".repeat(indent + 1), "[", "]");
        for (int from = 0; from < all.size(); from += perLine) {
            lines.add(String.join(", ", all.subList(from, Math.min(all.size(), from + perLine))));
        }
        return lines.toString();
    }

    /** With the suffixes, on a line of their own where the last is full. */
    private static String finished(String text, List<String> suffixes) {
        StringBuilder out = new StringBuilder(text);
        int last = text.length() - text.lastIndexOf('\n') + 1;
        for (String suffix : suffixes) {
            if (last + suffix.length() + 2 > LINE) {
                out.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
                last = PREFIX.length() + suffix.length();
            } else {
                out.append(", ").append(suffix);
                last += suffix.length() + 2;
            }
        }
        return out.append(')').toString();
    }
}
