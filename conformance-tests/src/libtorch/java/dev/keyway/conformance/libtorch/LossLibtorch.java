// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;

import java.util.List;

/** Losses. */
@AutoService(LibtorchFamily.class)
public final class LossLibtorch implements LibtorchFamily {
    private static final String STEPS =
            "libtorch rounds each step of the loss to the half precision";

    /** For {@code ServiceLoader}. */
    public LossLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        table.same(
                "nll_loss", "nll_loss_nd", "self", "target", "weight", "reduction", "ignore_index");
        table.same(
                "cross_entropy",
                "cross_entropy_loss",
                "self",
                "target",
                "weight",
                "reduction",
                "ignore_index",
                "label_smoothing");
        for (String name :
                List.of(
                        "nll_loss",
                        "cross_entropy",
                        "mse_loss",
                        "l1_loss",
                        "smooth_l1_loss",
                        "huber_loss",
                        "kl_div",
                        "soft_margin_loss",
                        "binary_cross_entropy",
                        "binary_cross_entropy_with_logits",
                        "cosine_similarity",
                        "cosine_embedding_loss",
                        "margin_ranking_loss",
                        "hinge_embedding_loss",
                        "triplet_margin_loss")) {
            for (String type : List.of("f16", "bf16")) {
                table.except(name, type, "*", STEPS);
            }
        }
    }
}
