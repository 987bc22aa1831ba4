// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.ArgumentException;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Wrong arguments: refused with {@link ArgumentException}, naming the operator and what came. */
final class ErrorCases {
    private static final long[] PAIR = {1, 1};

    private ErrorCases() {}

    private record Wrong(
            String operator, List<String> parts, Map<String, @Nullable Object> arguments) {}

    /** All cases; the number is the place in the list. */
    static List<ConformanceCase> all(long seed) {
        List<Wrong> wrongs = new ArrayList<>();
        pointwise(wrongs);
        matrices(wrongs);
        networks(wrongs);
        views(wrongs);
        reductions(wrongs);
        indexing(wrongs);
        List<ConformanceCase> cases = new ArrayList<>();
        for (int i = 0; i < wrongs.size(); i++) {
            cases.add(of(wrongs.get(i), seed, i));
        }
        return cases;
    }

    private static ConformanceCase of(Wrong wrong, long seed, int index) {
        CaseId id = new CaseId(seed, wrong.operator(), ElementType.F32, index);
        Sample sample = new Sample(id, "error", wrong.arguments());
        return new ConformanceCase(
                new ReplayLine(id, Form.ERROR),
                "error",
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    String message = refusal(sample, bench);
                    for (String part : wrong.parts()) {
                        if (!message.contains(part)) {
                            throw new ConformanceFailure(
                                    "the error must name " + part + ", got: " + message);
                        }
                    }
                });
    }

    /** Errors that depend on values may come when the device is waited for. */
    private static String refusal(Sample sample, Workbench bench) {
        try {
            bench.call(sample, bench.upload(sample));
            bench.device().synchronize();
        } catch (ArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        throw new ConformanceFailure("the call returned; expected an ArgumentException");
    }

    private static Input reals(long... shape) {
        return Input.of(HostArray.ofReals(ElementType.F32, shape, i -> i + 1));
    }

    private static Input integers(ElementType type, long value, long... shape) {
        return Input.of(HostArray.ofIntegers(type, shape, i -> value));
    }

    private static void add(
            List<Wrong> wrongs,
            String operator,
            List<String> parts,
            @Nullable Object... arguments) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            named.put(String.valueOf(arguments[i]), arguments[i + 1]);
        }
        List<String> all = new ArrayList<>(parts);
        all.add(operator);
        wrongs.add(new Wrong(operator, all, named));
    }

    private static void pointwise(List<Wrong> wrongs) {
        List<String> shapes = List.of("[2, 3]", "[4]");
        for (String name : List.of("mul.Tensor", "div.Tensor", "maximum", "eq.Tensor")) {
            add(wrongs, name, shapes, "self", reals(2, 3), "other", reals(4));
        }
        add(wrongs, "add.Tensor", shapes, "self", reals(2, 3), "other", reals(4), "alpha", 1L);
        Input bool = integers(ElementType.BOOL, 1, 3);
        add(wrongs, "sub.Tensor", List.of("bool"), "self", bool, "other", bool, "alpha", 1L);
        add(wrongs, "neg", List.of("bool"), "self", bool);
        Input zero = integers(ElementType.I32, 0, 3);
        for (String name : List.of("floor_divide.Tensor", "remainder.Tensor")) {
            add(wrongs, name, List.of("zero"), "self", zero, "other", zero);
        }
        add(
                wrongs,
                "where",
                List.of("condition", "f32", "bool"),
                "condition",
                reals(3),
                "self",
                reals(3),
                "other",
                reals(3));
        Input mask = integers(ElementType.I32, 1, 3);
        add(wrongs, "masked_fill", List.of("mask"), "self", reals(3), "mask", mask, "value", 1L);
        add(wrongs, "clamp", List.of("min"), "self", reals(3));
    }

    private static void matrices(List<Wrong> wrongs) {
        List<String> shapes = List.of("[2, 3]", "[4, 5]");
        add(wrongs, "mm", shapes, "self", reals(2, 3), "mat2", reals(4, 5));
        add(wrongs, "matmul", shapes, "self", reals(2, 3), "other", reals(4, 5));
        add(wrongs, "mm", List.of("self", "[3]"), "self", reals(3), "mat2", reals(3, 2));
        add(wrongs, "bmm", List.of("2", "3"), "self", reals(2, 4, 5), "mat2", reals(3, 5, 4));
        add(wrongs, "matmul", List.of("dimension"), "self", reals(), "other", reals(2));
        add(
                wrongs,
                "addmm",
                List.of("[4]"),
                "self",
                reals(4),
                "mat1",
                reals(2, 3),
                "mat2",
                reals(3, 5),
                "beta",
                1L,
                "alpha",
                1L);
        add(
                wrongs,
                "linear",
                List.of("[2, 3]", "[5, 4]"),
                "input",
                reals(2, 3),
                "weight",
                reals(5, 4));
        add(
                wrongs,
                "mm",
                List.of("f32", "i32"),
                "self",
                reals(2, 2),
                "mat2",
                integers(ElementType.I32, 1, 2, 2));
    }

    private static void networks(List<Wrong> wrongs) {
        convolution(wrongs, List.of("[1, 3, 5, 5]", "[4, 2, 3, 3]"), reals(1, 3, 5, 5), 3);
        convolution(wrongs, List.of("input", "[5]"), reals(5), 3);
        convolution(wrongs, List.of("[1, 2, 2, 2]"), reals(1, 2, 2, 2), 3);
        add(
                wrongs,
                "max_pool2d",
                List.of("self", "[4]"),
                "self",
                reals(4),
                "kernel_size",
                new long[] {2, 2},
                "stride",
                new long[0],
                "padding",
                new long[] {0, 0});
        add(
                wrongs,
                "cross_entropy",
                List.of("target", "[3]"),
                "self",
                reals(2, 4),
                "target",
                integers(ElementType.I64, 0, 3));
        add(wrongs, "nll_loss", List.of("target", "f32"), "self", reals(2, 4), "target", reals(2));
    }

    private static void convolution(List<Wrong> wrongs, List<String> parts, Input input, long k) {
        add(
                wrongs,
                "conv2d",
                parts,
                "input",
                input,
                "weight",
                reals(4, 2, k, k),
                "stride",
                PAIR,
                "padding",
                new long[] {0, 0},
                "dilation",
                PAIR,
                "groups",
                1L);
    }

    private static void views(List<Wrong> wrongs) {
        add(wrongs, "view", List.of("[2, 3]", "[4]"), "self", reals(2, 3), "size", new long[] {4});
        add(wrongs, "permute", List.of("[0, 0]"), "self", reals(2, 3), "dims", new long[] {0, 0});
        add(wrongs, "transpose", List.of("2"), "self", reals(2, 3), "dim0", 0L, "dim1", 2L);
        add(
                wrongs,
                "expand",
                List.of("[2, 3]", "[4, 3]"),
                "self",
                reals(2, 3),
                "size",
                new long[] {4, 3});
        add(wrongs, "select", List.of("5"), "self", reals(2, 3), "dim", 0L, "index", 5L);
        add(
                wrongs,
                "narrow",
                List.of("length"),
                "self",
                reals(2, 3),
                "dim",
                1L,
                "start",
                2L,
                "length",
                2L);
        add(
                wrongs,
                "slice",
                List.of("step"),
                "self",
                reals(4),
                "dim",
                0L,
                "start",
                null,
                "end",
                null,
                "step",
                -1L);
    }

    private static void reductions(List<Wrong> wrongs) {
        long[] two = {2};
        add(wrongs, "sum", List.of("2"), "self", reals(2, 3), "dim", two, "keepdim", false);
        add(
                wrongs,
                "amax",
                List.of("[0, 3]"),
                "self",
                reals(0, 3),
                "dim",
                new long[] {0},
                "keepdim",
                false);
        Input integer = integers(ElementType.I32, 1, 3);
        add(wrongs, "mean", List.of("i32"), "self", integer, "dim", new long[0], "keepdim", false);
        add(wrongs, "softmax", List.of("4"), "self", reals(2, 3), "dim", 4L);
    }

    private static void indexing(List<Wrong> wrongs) {
        add(
                wrongs,
                "cat",
                List.of("[2, 3]", "[2, 4]"),
                "tensors",
                Arrays.asList(reals(2, 3), reals(2, 4)),
                "dim",
                0L);
        add(
                wrongs,
                "stack",
                List.of("[2, 3]", "[2, 4]"),
                "tensors",
                Arrays.asList(reals(2, 3), reals(2, 4)),
                "dim",
                0L);
        add(
                wrongs,
                "gather",
                List.of("index", "f32"),
                "self",
                reals(3),
                "dim",
                0L,
                "index",
                reals(2));
        add(
                wrongs,
                "index_select",
                List.of("index", "7"),
                "self",
                reals(3),
                "dim",
                0L,
                "index",
                integers(ElementType.I64, 7, 2));
    }
}
