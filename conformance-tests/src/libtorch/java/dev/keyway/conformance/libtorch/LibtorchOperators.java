// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How each operator of ours is called in libtorch. By default under the same name with the same
 * arguments; the table names the others, with arguments by name and libtorch's further ones as
 * values.
 */
final class LibtorchOperators {
    /** Stands for an absent optional argument. */
    private static final Object NONE = new Object();

    private static final Map<String, Call> TABLE = new HashMap<>();
    private static final Map<String, Special> SPECIAL = new HashMap<>();

    private record Call(String name, Object... arguments) {}

    private interface Special {
        List<Tensor> run(Sample sample);
    }

    static {
        pointwise();
        reductions();
        network();
        indexing();
        views();
        creation();
        SPECIAL.put("prod", LibtorchOperators::prod);
        SPECIAL.put("convolution_backward_input", a -> convolutionBackward(a, true));
        SPECIAL.put("convolution_backward_weight", a -> convolutionBackward(a, false));
        SPECIAL.put("max_pool2d_backward", LibtorchOperators::maxPoolBackward);
        SPECIAL.put("native_batch_norm", a -> batchNorm("native_batch_norm", a));
        SPECIAL.put("batch_norm", a -> batchNorm("batch_norm", a, false));
        SPECIAL.put("native_batch_norm_backward", LibtorchOperators::batchNormBackward);
    }

    private LibtorchOperators() {}

    /** Runs the sample; results as the oracle lists them. */
    static List<HostArray> run(Sample sample) {
        Map<String, @Nullable Object> arguments = sample.arguments();
        Special special = SPECIAL.get(sample.operator());
        if (special != null) {
            return LibtorchCall.arrays(special.run(sample));
        }
        Call call = TABLE.get(key(sample));
        if (call == null) {
            Object[] values = arguments.values().toArray();
            return LibtorchCall.arrays(LibtorchCall.call(sample.operator(), values));
        }
        @Nullable Object[] values = call.arguments().clone();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            values[i] =
                    value instanceof String name
                            ? arguments.get(name)
                            : value == NONE ? null : value;
        }
        return LibtorchCall.arrays(LibtorchCall.call(call.name(), values));
    }

    /** Operators whose overload in libtorch depends on an absent argument. */
    private static String key(Sample sample) {
        String name = sample.operator();
        boolean absent =
                (name.equals("squeeze") && sample.arguments().get("dim") == null)
                        || ((name.equals("any") || name.equals("all") || name.equals("var"))
                                && sample.arguments().get("dim") instanceof long[] dims
                                && dims.length == 0);
        return absent ? name + "()" : name;
    }

    private static void same(String operator, String name, Object... arguments) {
        TABLE.put(operator, new Call(name, arguments));
    }

    private static void pointwise() {
        same("floor_divide.Tensor", "floor_divide", "self", "other");
        same("pow.Tensor", "pow.Tensor_Tensor", "self", "exponent");
        same("pow.Scalar", "pow.Tensor_Scalar", "self", "exponent");
        same("where", "where.self", "condition", "self", "other");
        same("masked_fill", "masked_fill.Scalar", "self", "mask", "value");
    }

    private static void reductions() {
        same("sum", "sum.dim_IntList", "self", "dim", "keepdim", "dtype");
        same("mean", "mean.dim", "self", "dim", "keepdim", "dtype");
        for (String name : List.of("any", "all")) {
            same(name, name + ".dims", "self", "dim", "keepdim");
            same(name + "()", name + ".dims", "self", NONE, "keepdim");
        }
        same("var", "var.correction", "self", "dim", "correction", "keepdim");
        same("var()", "var.correction", "self", NONE, "correction", "keepdim");
        same("softmax", "softmax.int", "self", "dim", NONE);
        same("log_softmax", "log_softmax.int", "self", "dim", NONE);
    }

    private static void network() {
        long[] ones = {1, 1};
        for (String name : List.of("max_pool2d", "max_pool2d_with_indices")) {
            same(name, name, "self", "kernel_size", "stride", "padding", ones, false);
        }
        same(
                "avg_pool2d",
                "avg_pool2d",
                "self",
                "kernel_size",
                "stride",
                "padding",
                false,
                true,
                NONE);
        same("nll_loss", "nll_loss", "self", "target", NONE, 1L, -100L);
        same("cross_entropy", "cross_entropy_loss", "self", "target", NONE, 1L, -100L, 0.0);
    }

    private static void indexing() {
        same("gather", "gather", "self", "dim", "index", false);
        same("index_add", "index_add", "self", "dim", "index", "source", 1L);
    }

    private static void views() {
        same("transpose", "transpose.int", "self", "dim0", "dim1");
        same("slice", "slice.Tensor", "self", "dim", "start", "end", "step");
        same("select", "select.int", "self", "dim", "index");
        same("flatten", "flatten.using_ints", "self", "start_dim", "end_dim");
        same("expand", "expand", "self", "size", false);
        same("squeeze", "squeeze.dim", "self", "dim");
        same("squeeze()", "squeeze", "self");
        same("clone", "clone", "self", NONE);
        same("contiguous", "contiguous", "self", 0L);
    }

    private static void creation() {
        for (String name : List.of("zeros", "ones")) {
            same(name, name, "size", "dtype", NONE, NONE, NONE);
            same(name + "_like", name + "_like", "self", NONE, NONE, NONE, NONE, NONE);
        }
        same("full", "full", "size", "fill_value", "dtype", NONE, NONE, NONE);
        same("full_like", "full_like", "self", "fill_value", NONE, NONE, NONE, NONE, NONE);
        same("fill", "fill.Scalar", "self", "value");
        same("zero", "zero", "self");
        same("arange", "arange.start_step", "start", "end", "step", "dtype", NONE, NONE, NONE);
        same("copy", "copy", "self", "src", false);
        same("_to_dtype", "_to_copy", "self", "dtype", NONE, NONE, NONE, false, NONE);
    }

    /** libtorch multiplies along one dimension at a time. */
    private static List<Tensor> prod(Sample sample) {
        Map<String, @Nullable Object> arguments = sample.arguments();
        Input self = (Input) java.util.Objects.requireNonNull(arguments.get("self"));
        int rank = self.array().rank();
        boolean keepDim = Boolean.TRUE.equals(arguments.get("keepdim"));
        long[] given = (long[]) java.util.Objects.requireNonNull(arguments.get("dim"));
        long[] dims =
                given.length == 0
                        ? java.util.stream.LongStream.range(0, rank).toArray()
                        : Arrays.stream(given).map(d -> d < 0 ? d + rank : d).sorted().toArray();
        Tensor result = LibtorchValues.tensor(self.array());
        if (dims.length == 0) {
            return LibtorchCall.call("prod", result, null);
        }
        for (int i = dims.length - 1; i >= 0; i--) {
            result = LibtorchCall.call("prod.dim_int", result, dims[i], keepDim, null).getFirst();
        }
        return List.of(result);
    }

    private static List<Tensor> convolutionBackward(Sample sample, boolean input) {
        Map<String, @Nullable Object> a = sample.arguments();
        Tensor zeros = zeros(a.get(input ? "input_size" : "weight_size"));
        Tensor placeholder = like(a, "grad_output", zeros);
        List<Tensor> gradients =
                LibtorchCall.call(
                        "convolution_backward",
                        a.get("grad_output"),
                        input ? placeholder : a.get("input"),
                        input ? a.get("weight") : placeholder,
                        null,
                        a.get("stride"),
                        a.get("padding"),
                        a.get("dilation"),
                        false,
                        new long[] {0, 0},
                        a.get("groups"),
                        new boolean[] {input, !input, false});
        return List.of(gradients.get(input ? 0 : 1));
    }

    private static Tensor zeros(@Nullable Object size) {
        return LibtorchCall.call("zeros", size, null, null, null, null).getFirst();
    }

    /** The samples' input is twice as high and wide as the output. */
    private static List<Tensor> maxPoolBackward(Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        long[] two = {2, 2};
        return LibtorchCall.call(
                "max_pool2d_with_indices_backward",
                a.get("grad_output"),
                like(a, "grad_output", zeros(a.get("input_size"))),
                two,
                two,
                new long[] {0, 0},
                new long[] {1, 1},
                false,
                a.get("indices"));
    }

    private static Tensor like(Map<String, @Nullable Object> a, String name, Tensor tensor) {
        Input input = (Input) java.util.Objects.requireNonNull(a.get(name));
        return tensor.to(LibtorchValues.scalarType(input.array().type()));
    }

    /** Results, then the running statistics that training changes. */
    private static List<Tensor> batchNorm(String name, Sample sample, Object... further) {
        Map<String, @Nullable Object> arguments = sample.arguments();
        List<@Nullable Object> values = new ArrayList<>(arguments.values());
        List<Tensor> statistics = new ArrayList<>();
        for (int i = 3; i <= 4; i++) {
            if (values.get(i) instanceof Input input) {
                statistics.add(LibtorchValues.tensor(input.array()));
                values.set(i, statistics.getLast());
            }
        }
        values.addAll(Arrays.asList(further));
        boolean training = Boolean.TRUE.equals(arguments.get("training"));
        List<Tensor> results = new ArrayList<>(LibtorchCall.call(name, values.toArray()));
        if (!training) {
            return results.subList(0, 1);
        }
        results.addAll(statistics);
        return results;
    }

    /** In evaluation libtorch takes the statistics from the running ones. */
    private static List<Tensor> batchNormBackward(Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        Input invstd = (Input) java.util.Objects.requireNonNull(a.get("save_invstd"));
        HostArray variance =
                HostArray.ofReals(
                        invstd.array().type(),
                        invstd.array().shape(),
                        i -> 1 / (invstd.array().real(i) * invstd.array().real(i)));
        return LibtorchCall.call(
                "native_batch_norm_backward",
                a.get("grad_output"),
                a.get("input"),
                a.get("weight"),
                a.get("save_mean"),
                variance,
                a.get("save_mean"),
                a.get("save_invstd"),
                a.get("training"),
                0.0,
                new boolean[] {true, true, true});
    }
}
