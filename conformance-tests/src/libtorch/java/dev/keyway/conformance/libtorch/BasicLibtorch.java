// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The operators that training a network needs. */
@AutoService(LibtorchFamily.class)
public final class BasicLibtorch implements LibtorchFamily {
    private static final String LAST = "libtorch leaves open which of several values stays";
    private static final String TWISTER = "libtorch's generator is a Mersenne twister on the CPU";
    private static final String SATURATES =
            "floats beyond the integer's range saturate here; in C++ that is undefined";

    /** For {@code ServiceLoader}. */
    public BasicLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        pointwise(table);
        reductions(table);
        indexing(table);
        views(table);
        creation(table);
        table.special("prod", BasicLibtorch::prod);
        table.special("convolution_backward_input", a -> convolutionBackward(a, true));
        table.special("convolution_backward_weight", a -> convolutionBackward(a, false));
        table.special("max_pool2d_backward", BasicLibtorch::maxPoolBackward);
        table.special("native_batch_norm", a -> batchNorm("native_batch_norm", a));
        table.special("batch_norm", a -> batchNorm("batch_norm", a, false));
        table.special("native_batch_norm_backward", BasicLibtorch::batchNormBackward);
        for (String name : List.of("rand", "randn", "randint", "bernoulli.p", "dropout")) {
            table.except(name, TWISTER);
        }
        for (String type : List.of("f16", "bf16", "f32", "f64")) {
            table.except("_to_dtype", type, "extremes to integer", SATURATES);
        }
        table.except("scatter.src", "*", "several for one place", LAST);
        table.except(
                "remainder.Tensor",
                "*",
                "extremes",
                "libtorch's vectorized fmod gives NaN for quotients beyond its range");
    }

    private static void pointwise(LibtorchTable table) {
        table.same("floor_divide.Tensor", "floor_divide", "self", "other");
        table.same("pow.Tensor", "pow.Tensor_Tensor", "self", "exponent");
        table.same("pow.Scalar", "pow.Tensor_Scalar", "self", "exponent");
        table.same("where", "where.self", "condition", "self", "other");
        table.same("masked_fill", "masked_fill.Scalar", "self", "mask", "value");
    }

    private static void reductions(LibtorchTable table) {
        table.same("sum", "sum.dim_IntList", "self", "dim", "keepdim", "dtype");
        table.same("mean", "mean.dim", "self", "dim", "keepdim", "dtype");
        for (String name : List.of("any", "all")) {
            table.same(name, name + ".dims", "self", "dim", "keepdim");
            table.same(name + "()", name + ".dims", "self", LibtorchTable.NONE, "keepdim");
        }
        table.same("var", "var.correction", "self", "dim", "correction", "keepdim");
        table.same("var()", "var.correction", "self", LibtorchTable.NONE, "correction", "keepdim");
        table.same("softmax", "softmax.int", "self", "dim", LibtorchTable.NONE);
        table.same("log_softmax", "log_softmax.int", "self", "dim", LibtorchTable.NONE);
    }

    private static void indexing(LibtorchTable table) {
        table.same("gather", "gather", "self", "dim", "index", false);
    }

    private static void views(LibtorchTable table) {
        table.same("transpose", "transpose.int", "self", "dim0", "dim1");
        table.same("slice", "slice.Tensor", "self", "dim", "start", "end", "step");
        table.same("select", "select.int", "self", "dim", "index");
        table.same("flatten", "flatten.using_ints", "self", "start_dim", "end_dim");
        table.same("expand", "expand", "self", "size", false);
        table.same("squeeze", "squeeze.dim", "self", "dim");
        table.same("squeeze()", "squeeze", "self");
        table.same("clone", "clone", "self", LibtorchTable.NONE);
        table.same("contiguous", "contiguous", "self", 0L);
    }

    private static void creation(LibtorchTable table) {
        for (String name : List.of("zeros", "ones")) {
            table.same(
                    name,
                    name,
                    "size",
                    "dtype",
                    LibtorchTable.NONE,
                    LibtorchTable.NONE,
                    LibtorchTable.NONE);
            table.same(
                    name + "_like",
                    name + "_like",
                    "self",
                    LibtorchTable.NONE,
                    LibtorchTable.NONE,
                    LibtorchTable.NONE,
                    LibtorchTable.NONE,
                    LibtorchTable.NONE);
        }
        table.same(
                "full",
                "full",
                "size",
                "fill_value",
                "dtype",
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE);
        table.same(
                "full_like",
                "full_like",
                "self",
                "fill_value",
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE);
        table.same("fill", "fill.Scalar", "self", "value");
        table.same("zero", "zero", "self");
        table.same(
                "arange",
                "arange.start_step",
                "start",
                "end",
                "step",
                "dtype",
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE);
        table.same("copy", "copy", "self", "src", false);
        table.same(
                "_to_dtype",
                "_to_copy",
                "self",
                "dtype",
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                LibtorchTable.NONE,
                false,
                LibtorchTable.NONE);
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
