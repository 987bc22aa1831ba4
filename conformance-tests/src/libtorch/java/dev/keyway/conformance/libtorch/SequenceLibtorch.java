// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Normalization, sampling, attention, recurrent cells. */
@AutoService(LibtorchFamily.class)
public final class SequenceLibtorch implements LibtorchFamily {
    private static final String STEPS = "libtorch rounds each step to the half precision";
    private static final List<String> CELLS =
            List.of("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell");
    private static final List<String> HALVES =
            List.of(
                    "lstm_cell",
                    "gru_cell",
                    "rnn_tanh_cell",
                    "rnn_relu_cell",
                    "affine_grid_generator",
                    "batch_norm",
                    "native_batch_norm",
                    "native_batch_norm_backward",
                    "instance_norm",
                    "embedding_dense_backward",
                    "embedding_bag",
                    "grid_sampler_2d",
                    "grid_sampler_3d",
                    "scaled_dot_product_attention",
                    "_scaled_dot_product_flash_attention_for_cpu",
                    "_scaled_dot_product_flash_attention_for_cpu_backward",
                    "upsample_linear1d",
                    "upsample_bilinear2d",
                    "upsample_bicubic2d",
                    "upsample_trilinear3d");
    private static final String TWISTER = "libtorch's generator is a Mersenne twister on the CPU";
    private static final String STATISTICS =
            "libtorch keeps the statistics of half precision inputs in half precision";

    /** For {@code ServiceLoader}. */
    public SequenceLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        for (String name : List.of("alpha_dropout", "feature_dropout", "feature_alpha_dropout")) {
            table.except(name, TWISTER);
        }
        boolean[] all = {true, true, true};
        table.same(
                "native_layer_norm_backward",
                "native_layer_norm_backward",
                "grad_out",
                "input",
                "normalized_shape",
                "mean",
                "rstd",
                "weight",
                "bias",
                all);
        table.same(
                "_fused_rms_norm_backward",
                "_fused_rms_norm_backward",
                "grad_out",
                "input",
                "normalized_shape",
                "rstd",
                "weight",
                new boolean[] {true, true});
        table.except("_fused_rms_norm_backward", "libtorch has no kernel for it on the CPU");
        table.except(
                "native_layer_norm_backward",
                "*",
                "no weight",
                "libtorch fails without a weight when its gradient is asked for");
        table.same(
                "layer_norm",
                "layer_norm",
                "input",
                "normalized_shape",
                "weight",
                "bias",
                "eps",
                false);
        table.same(
                "group_norm", "group_norm", "input", "num_groups", "weight", "bias", "eps", false);
        table.special("instance_norm", SequenceLibtorch::instanceNorm);
        table.special("lstm_cell", SequenceLibtorch::lstm);
        table.special("embedding_bag", SequenceLibtorch::bags);
        table.same(
                "scaled_dot_product_attention",
                "scaled_dot_product_attention",
                "query",
                "key",
                "value",
                "attn_mask",
                "dropout_p",
                "is_causal",
                "scale",
                "enable_gqa");
        table.same(
                "_scaled_dot_product_flash_attention_for_cpu",
                "_scaled_dot_product_flash_attention_for_cpu",
                "query",
                "key",
                "value",
                0.0,
                "is_causal",
                "attn_mask",
                "scale");
        table.special(
                "_scaled_dot_product_flash_attention_for_cpu_backward",
                SequenceLibtorch::attentionBackward);
        table.except(
                "_scaled_dot_product_flash_attention_for_cpu_backward",
                "*",
                "narrow values",
                "libtorch's takes queries and values of one width only");
        for (String name : CELLS) {
            table.except(name, "*", "smooth no batch", "PyTorch adds the batch in Python");
        }
        for (String type : List.of("f16", "bf16")) {
            for (String name : HALVES) {
                table.except(name, type, "*", STEPS);
            }
            for (String name :
                    List.of(
                            "native_layer_norm",
                            "native_layer_norm_backward",
                            "_fused_rms_norm",
                            "_fused_rms_norm_backward")) {
                table.except(name, type, "*", STATISTICS);
            }
        }
    }

    /** Results, then the running statistics, which libtorch changes in place. */
    private static List<Tensor> instanceNorm(Sample sample) {
        return StatisticsCall.run("instance_norm", sample, "use_input_stats", false);
    }

    /**
     * libtorch also takes the output. The sample's sums are not those of its scores, so that the
     * output is made to belong to them.
     */
    private static List<Tensor> attentionBackward(Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        String forward = "_scaled_dot_product_flash_attention_for_cpu";
        Object causal = a.get("is_causal");
        List<Tensor> results =
                LibtorchCall.call(
                        forward,
                        a.get("query"),
                        a.get("key"),
                        a.get("value"),
                        0.0,
                        causal,
                        a.get("attn_mask"),
                        a.get("scale"));
        Tensor difference = LibtorchCall.one("sub.Tensor", results.get(1), a.get("logsumexp"), 1L);
        Tensor factors = LibtorchCall.one("unsqueeze", LibtorchCall.one("exp", difference), -1L);
        Tensor output = LibtorchCall.one("mul.Tensor", results.getFirst(), factors);
        return LibtorchCall.call(
                forward + "_backward",
                a.get("grad_out"),
                a.get("query"),
                a.get("key"),
                a.get("value"),
                LibtorchCall.one("type_as", output, results.getFirst()),
                a.get("logsumexp"),
                0.0,
                causal,
                a.get("attn_mask"),
                a.get("scale"));
    }

    /** libtorch also returns how it worked. */
    private static List<Tensor> bags(Sample sample) {
        List<@Nullable Object> values = new java.util.ArrayList<>(sample.arguments().values());
        boolean padded = sample.arguments().get("padding_idx") != null;
        if (!padded) {
            values.removeLast();
        }
        String name = padded ? "embedding_bag.padding_idx" : "embedding_bag";
        return LibtorchCall.call(name, values.toArray()).subList(0, 1);
    }

    private static List<Tensor> lstm(Sample sample) {
        Map<String, @Nullable Object> a = sample.arguments();
        return LibtorchCall.call(
                "lstm_cell",
                a.get("input"),
                List.of(
                        java.util.Objects.requireNonNull(a.get("hx")),
                        java.util.Objects.requireNonNull(a.get("cx"))),
                a.get("w_ih"),
                a.get("w_hh"),
                a.get("b_ih"),
                a.get("b_hh"));
    }
}
