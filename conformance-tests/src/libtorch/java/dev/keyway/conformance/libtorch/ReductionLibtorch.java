// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Reductions, scans, sorting and counting. */
@AutoService(LibtorchFamily.class)
public final class ReductionLibtorch implements LibtorchFamily {
    private static final String TIES = "libtorch leaves open which of equal elements it picks";

    private static final String HALVES = "libtorch rounds intermediate results to half precision";
    private static final String WELFORD = "libtorch's running mean of an infinity is NaN";

    /** For {@code ServiceLoader}. */
    public ReductionLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        for (String name : List.of("std", "var_mean", "std_mean")) {
            table.special(name, sample -> spread(name + ".correction", sample));
        }
        table.same("count_nonzero", "count_nonzero.dim_IntList", "self", "dim");
        table.same("softmax.dtype", "softmax.int", "self", "dim", "dtype");
        table.same("log_softmax.dtype", "log_softmax.int", "self", "dim", "dtype");
        table.special("softmin", ReductionLibtorch::softmin);
        for (String name : List.of("_softmax_backward_data", "_log_softmax_backward_data")) {
            table.special(name, sample -> softmaxBackward(name, sample));
        }
        table.same("norm", "norm.ScalarOpt_dim", "self", "p", "dim", "keepdim");
        table.same("sort", "sort.stable", "self", true, "dim", "descending");
        table.same("argsort", "argsort.stable", "self", true, "dim", "descending");
        for (String name : List.of("topk", "kthvalue", "mode", "median.dim", "nanmedian.dim")) {
            table.except(name, "*", "ties without libtorch", TIES);
        }
        table.except("mode", "bool", "smooth", TIES);
        halves(table);
        table.same("unique", "_unique2", "self", "sorted", "return_inverse", "return_counts");
        table.same(
                "unique_consecutive",
                "unique_consecutive",
                "self",
                "return_inverse",
                "return_counts",
                LibtorchTable.NONE);
        for (String name : List.of("var_mean", "std_mean")) {
            table.except(name, "*", "special values", WELFORD);
        }
        for (String name : List.of("searchsorted.Tensor", "searchsorted.Scalar")) {
            table.same(
                    name, name, "sorted_sequence", "self", "out_int32", "right", "side", "sorter");
        }
    }

    private static void halves(LibtorchTable table) {
        for (String type : List.of("f16", "bf16")) {
            for (String label : List.of("last dim", "dim", "layout")) {
                table.except("log_softmax", type, label, HALVES);
            }
            for (String label : List.of("dim", "layout")) {
                table.except("softmax", type, label, HALVES);
            }
            for (String label : List.of("shape", "dims", "layout")) {
                table.except("logsumexp", type, label, HALVES);
            }
            for (String label : List.of("all", "dims", "layout")) {
                table.except("nanmean", type, label, HALVES);
                table.except("prod", type, label, HALVES);
            }
            table.except("nansum", type, "dims", HALVES);
            for (String label : List.of("range", "own range", "layout")) {
                table.except("histc", type, label, HALVES);
            }
            for (String name : List.of("softmax.dtype", "softmin", "log_softmax.dtype")) {
                table.except(name, type, "strides", HALVES);
            }
            table.except("log_softmax.dtype", "*", "to " + type, HALVES);
        }
        table.except("logsumexp", "f16", "special values", HALVES);
        table.except("nanmean", "bf16", "special values", HALVES);
        table.except("prod", "bf16", "special values", HALVES);
    }

    private static Object required(@Nullable Object value) {
        return java.util.Objects.requireNonNull(value);
    }

    /** Without dimensions to name libtorch takes all only when the list is absent. */
    private static List<Tensor> spread(String name, Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        long[] dim = (long[]) required(a.get("dim"));
        Object given = dim.length == 0 ? null : dim;
        return LibtorchCall.call(name, a.get("self"), given, a.get("correction"), a.get("keepdim"));
    }

    private static List<Tensor> softmin(Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        List<Tensor> converted =
                LibtorchCall.call(
                        "to.dtype", required(a.get("self")), a.get("dtype"), false, false, null);
        Tensor negative = LibtorchCall.call("neg", converted.getFirst()).getFirst();
        return LibtorchCall.call("softmax.int", negative, a.get("dim"), null);
    }

    private static List<Tensor> softmaxBackward(String name, Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        Input grad = (Input) required(a.get("grad_output"));
        return LibtorchCall.call(name, grad, a.get("output"), a.get("dim"), grad.array().type());
    }
}
