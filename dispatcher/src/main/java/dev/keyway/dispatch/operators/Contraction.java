// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tensors whose dimensions have labels, multiplied and summed over labels, two at a time and by
 * {@code bmm}. All tensors that it makes belong to {@code temporaries}.
 */
final class Contraction {
    /**
     * A tensor and the labels of its dimensions, all different.
     *
     * @param tensor in the compute dtype
     * @param labels one for each dimension
     */
    record Labelled(Tensor tensor, List<Integer> labels) {
        long size(int label) {
            int dim = labels.indexOf(label);
            return dim < 0 ? 1 : tensor.size(dim);
        }
    }

    private final Temporaries temporaries;

    Contraction(Temporaries temporaries) {
        this.temporaries = temporaries;
    }

    /** Multiplies all and sums over what is not in the result; the order of pairs is greedy. */
    Tensor contract(List<Labelled> operands, List<Integer> result) {
        List<Labelled> rest = new ArrayList<>(operands);
        while (rest.size() > 1) {
            int[] pair = smallest(rest, result);
            Labelled second = rest.remove(pair[1]);
            Labelled first = rest.remove(pair[0]);
            rest.add(pair[0], multiply(first, second, kept(rest, result)));
        }
        Labelled last = summed(rest.getFirst(), Set.copyOf(result));
        return ordered(last, result);
    }

    private static Set<Integer> kept(List<Labelled> others, List<Integer> result) {
        return Set.copyOf(
                Stream.concat(others.stream().flatMap(o -> o.labels.stream()), result.stream())
                        .distinct()
                        .toList());
    }

    /** The pair with the smallest product; the first of those. */
    private static int[] smallest(List<Labelled> operands, List<Integer> result) {
        int[] best = {0, 1};
        double size = Double.POSITIVE_INFINITY;
        for (int i = 0; operands.size() > 2 && i < operands.size(); i++) {
            for (int j = i + 1; j < operands.size(); j++) {
                List<Labelled> others = new ArrayList<>(operands);
                others.remove(j);
                others.remove(i);
                double numel = numel(operands.get(i), operands.get(j), kept(others, result));
                if (numel < size) {
                    size = numel;
                    best = new int[] {i, j};
                }
            }
        }
        return best;
    }

    private static double numel(Labelled a, Labelled b, Set<Integer> kept) {
        double numel = 1;
        for (int label : kept) {
            numel *= Math.max(a.size(label), b.size(label));
        }
        return numel;
    }

    /** Sums over the labels that are not kept. */
    private Labelled summed(Labelled operand, Set<Integer> kept) {
        List<Integer> labels = new ArrayList<>();
        List<Long> dims = new ArrayList<>();
        for (int d = 0; d < operand.labels.size(); d++) {
            if (kept.contains(operand.labels.get(d))) {
                labels.add(operand.labels.get(d));
            } else {
                dims.add((long) d);
            }
        }
        if (dims.isEmpty()) {
            return operand;
        }
        Tensor tensor = operand.tensor;
        Tensor sum =
                tensor.sum(
                        dims.stream().mapToLong(Long::longValue).toArray(), false, tensor.dtype());
        return new Labelled(temporaries.keep(sum), labels);
    }

    /** Drops dimensions of size 1 that the other operand has larger: they broadcast. */
    private Labelled squeezed(Labelled operand, Labelled other) {
        List<Integer> labels = new ArrayList<>();
        List<Long> dims = new ArrayList<>();
        for (int d = 0; d < operand.labels.size(); d++) {
            int label = operand.labels.get(d);
            if (operand.tensor.size(d) == 1 && other.size(label) != 1) {
                dims.add((long) d);
            } else {
                labels.add(label);
            }
        }
        if (dims.isEmpty()) {
            return operand;
        }
        long[] dropped = dims.stream().mapToLong(Long::longValue).toArray();
        return new Labelled(temporaries.keep(operand.tensor.squeeze(dropped)), labels);
    }

    private Labelled multiply(Labelled first, Labelled second, Set<Integer> kept) {
        Labelled a = squeezed(first, second);
        Labelled b = squeezed(second, a);
        a = summed(a, union(kept, b.labels));
        b = summed(b, union(kept, a.labels));
        List<Integer> batch = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (int label : a.labels) {
            boolean shared = b.labels.contains(label);
            (shared ? kept.contains(label) ? batch : steps : rows).add(label);
        }
        List<Integer> columns = new ArrayList<>(b.labels);
        columns.removeAll(a.labels);
        Tensor left = grouped(a, batch, rows, steps);
        Tensor right = grouped(b, batch, steps, columns);
        Tensor product = temporaries.keep(steps.isEmpty() ? left.mul(right) : left.bmm(right));
        List<Integer> labels = new ArrayList<>(batch);
        labels.addAll(rows);
        labels.addAll(columns);
        long[] sizes = new long[labels.size()];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = Math.max(a.size(labels.get(d)), b.size(labels.get(d)));
            if (a.size(labels.get(d)) == 0 || b.size(labels.get(d)) == 0) {
                sizes[d] = 0;
            }
        }
        return new Labelled(temporaries.keep(product.reshape(sizes)), labels);
    }

    private static Set<Integer> union(Set<Integer> a, List<Integer> b) {
        return Set.copyOf(Stream.concat(a.stream(), b.stream()).distinct().toList());
    }

    /** The tensor as {@code [batch, rows, columns]}. */
    private Tensor grouped(
            Labelled operand, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
        List<Integer> order = new ArrayList<>(batch);
        order.addAll(rows);
        order.addAll(columns);
        Tensor permuted = ordered(operand, order);
        return temporaries.keep(
                permuted.reshape(
                        numel(operand, batch), numel(operand, rows), numel(operand, columns)));
    }

    private static long numel(Labelled operand, List<Integer> labels) {
        long numel = 1;
        for (int label : labels) {
            numel *= operand.size(label);
        }
        return numel;
    }

    private Tensor ordered(Labelled operand, List<Integer> order) {
        long[] dims = order.stream().mapToLong(operand.labels::indexOf).toArray();
        return temporaries.keep(
                dims.length == 0 ? operand.tensor.view(new long[0]) : operand.tensor.permute(dims));
    }
}
