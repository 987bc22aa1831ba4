// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.ArgumentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An equation of {@code einsum} with the shapes of its operands. A label is the character of a
 * subscript, or a negative number for a dimension of the ellipsis, -1 for the last.
 */
final class EinsumEquation {
    private final String text;
    private final List<long[]> shapes;
    private final Function<String, ArgumentException> error;
    private final List<List<Integer>> operands = new ArrayList<>();
    private final List<Integer> result;
    private final TreeMap<Integer, Long> sizes = new TreeMap<>();
    private int ellipsis;

    /** Parses; {@code error} makes the exceptions. */
    EinsumEquation(
            String equation, List<long[]> shapes, Function<String, ArgumentException> error) {
        this.text = equation;
        this.shapes = shapes;
        this.error = error;
        String dense = equation.replace(" ", "");
        int arrow = dense.indexOf("->");
        String left = arrow < 0 ? dense : dense.substring(0, arrow);
        String[] parts = left.split(",", -1);
        if (parts.length != shapes.size()) {
            throw wrong(parts.length + " operands, but " + shapes.size() + " tensors are given");
        }
        for (int i = 0; i < parts.length; i++) {
            operands.add(labels(parts[i], shapes.get(i).length, "operand " + i));
            ellipsis = Math.max(ellipsis, ellipsisDims(parts[i], shapes.get(i).length));
        }
        for (int i = 0; i < parts.length; i++) {
            measure(i);
        }
        result = arrow < 0 ? implied() : given(dense.substring(arrow + 2));
    }

    /** The labels of each operand's dimensions; they may repeat. */
    List<Integer> labels(int operand) {
        return operands.get(operand);
    }

    /** The labels of the result's dimensions. */
    List<Integer> result() {
        return result;
    }

    /** The result's shape. */
    long[] resultSizes() {
        return result.stream().mapToLong(this::size).toArray();
    }

    private long size(int label) {
        Long size = sizes.get(label);
        return size == null ? 1 : size;
    }

    private ArgumentException wrong(String what) {
        return error.apply("argument 'equation' \"" + text + "\": " + what);
    }

    private static int ellipsisDims(String part, int rank) {
        return part.contains("...") ? rank - (part.length() - 3) : 0;
    }

    private List<Integer> labels(String part, int rank, String where) {
        int dots = part.indexOf("...");
        String letters = dots < 0 ? part : part.substring(0, dots) + part.substring(dots + 3);
        for (char c : letters.toCharArray()) {
            if (!isLetter(c)) {
                throw wrong("'" + c + "' in " + where + " is no letter");
            }
        }
        int spread = rank - letters.length();
        if (dots < 0 ? spread != 0 : spread < 0) {
            throw wrong(
                    where
                            + " has "
                            + letters.length()
                            + " subscripts for "
                            + rank
                            + " dimensions of shape "
                            + (rank == 0 ? "[]" : shapeWithRank(rank)));
        }
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < (dots < 0 ? letters.length() : dots); i++) {
            labels.add((int) letters.charAt(i));
        }
        for (int d = dots < 0 ? 0 : spread; d > 0; d--) {
            labels.add(-d);
        }
        for (int i = dots < 0 ? letters.length() : dots; i < letters.length(); i++) {
            labels.add((int) letters.charAt(i));
        }
        return labels;
    }

    private String shapeWithRank(int rank) {
        return shapes.stream()
                .filter(s -> s.length == rank)
                .map(Arrays::toString)
                .findFirst()
                .orElse("?");
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** Notes the sizes of the labels; of different ones all but one must be 1. */
    private void measure(int operand) {
        List<Integer> labels = operands.get(operand);
        TreeMap<Integer, Long> own = new TreeMap<>();
        for (int d = 0; d < labels.size(); d++) {
            int label = labels.get(d);
            long size = shapes.get(operand)[d];
            Long before = own.put(label, size);
            if (before != null && before != size) {
                throw wrong(
                        "subscript "
                                + name(label)
                                + " stands for "
                                + before
                                + " and "
                                + size
                                + " in operand "
                                + operand
                                + " of shape "
                                + Arrays.toString(shapes.get(operand)));
            }
            long known = size(label);
            if (known != 1 && size != 1 && known != size) {
                throw wrong(
                        "subscript "
                                + name(label)
                                + " has size "
                                + size
                                + " in operand "
                                + operand
                                + ", elsewhere "
                                + known);
            }
            sizes.put(label, known == 1 ? size : known);
        }
    }

    private static String name(int label) {
        return label < 0 ? "..." : String.valueOf((char) label);
    }

    private List<Integer> ellipsisLabels() {
        List<Integer> labels = new ArrayList<>();
        for (int d = ellipsis; d > 0; d--) {
            labels.add(-d);
        }
        return labels;
    }

    /** The ellipsis, then the letters that appear once, in the order of their codes. */
    private List<Integer> implied() {
        List<Integer> labels = ellipsisLabels();
        for (int label : sizes.keySet()) {
            long count = operands.stream().flatMap(List::stream).filter(l -> l == label).count();
            if (label > 0 && count == 1) {
                labels.add(label);
            }
        }
        return labels;
    }

    private List<Integer> given(String part) {
        int dots = part.indexOf("...");
        int rank = part.length() - (dots < 0 ? 0 : 3) + (dots < 0 ? 0 : ellipsis);
        List<Integer> labels = labels(part, rank, "the result");
        for (int i = 0; i < labels.size(); i++) {
            int label = labels.get(i);
            if (labels.indexOf(label) != i) {
                throw wrong("the result has subscript " + name(label) + " twice");
            }
            if (!sizes.containsKey(label)) {
                throw wrong("the result's subscript " + name(label) + " is in no operand");
            }
        }
        return labels;
    }
}
