// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;

import java.util.List;

/** Covariances, chains of products, convolution with named padding. */
@AutoService(LibtorchFamily.class)
public final class CombiningLibtorch implements LibtorchFamily {
    private static final String STEPS = "libtorch rounds each step to half precision";

    /** For {@code ServiceLoader}. */
    public CombiningLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        for (String name : List.of("unique_dim", "unique_dim_consecutive")) {
            table.except(name, "*", "unasked", "libtorch returns what was not asked for, too");
        }
        for (String type : List.of("u8", "i8", "i16", "i32")) {
            for (String name : List.of("conv1d.padding", "conv2d.padding", "conv3d.padding")) {
                table.except(name, type, "smooth dilated", "libtorch has no kernel for it");
            }
        }
        for (String type : List.of("f16", "bf16")) {
            for (String name :
                    List.of(
                            "cov",
                            "corrcoef",
                            "linalg_multi_dot",
                            "conv1d.padding",
                            "conv2d.padding",
                            "conv3d.padding")) {
                table.except(name, type, "*", STEPS);
            }
        }
    }
}
