// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/** The pointwise operators beyond the basic ones; most have libtorch's names and arguments. */
@AutoService(LibtorchFamily.class)
public final class PointwiseLibtorch implements LibtorchFamily {
    private static final String ROUNDS = "libtorch rounds steps between to half precision";
    private static final String ALPHA =
            "libtorch rounds alpha to half precision in vectors, but not in what is left over";
    private static final String APPROXIMATE =
            "libtorch's vectorized erf is good to 1e-7, whatever the result's size";
    private static final String QUOTIENTS =
            "libtorch's vectorized fmod gives NaN for quotients beyond its range";

    /** For {@code ServiceLoader}. */
    public PointwiseLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        table.same("pow.Self_Scalar", "pow.Scalar", "self", "exponent");
        table.special("softsign", PointwiseLibtorch::softsign);
        for (String half : List.of("f16", "bf16")) {
            for (String name : List.of("logit", "rsqrt", "softsign", "xlogy.*")) {
                table.except(name, half, "*", ROUNDS);
            }
            for (String label : List.of("trunc", "extremes trunc")) {
                table.except("div.Tensor_mode", half, label, ROUNDS);
            }
            for (String name : List.of("add.Tensor", "sub.Tensor", "rsub.Tensor")) {
                table.except(name, half, "alpha", ALPHA);
            }
            table.except("erf", half, "extremes*", APPROXIMATE);
        }
        table.except("xlogy.Tensor", "*", "promotes", ROUNDS);
        table.except("floor_divide.Tensor", "bf16", "broadcast", ROUNDS);
        table.except("pow.Scalar", "bf16", "shape", ROUNDS);
        table.except("sigmoid_backward", "f16", "*", ROUNDS);
        table.except("erf", "f32", "*", APPROXIMATE);
        table.except("gelu", "bf16", "attributes", "libtorch flushes denormals here");
        table.except("fmod.Tensor", "*", "extremes", QUOTIENTS);
        table.except("lerp.Tensor", "f64", "extremes", "libtorch fuses steps that overflow");
        table.except("softsign", "*", "extremes*", "in libtorch |x| + 1 wraps around in integers");
    }

    /** In Python only: {@code self / (self.abs() + 1)}. */
    private static List<Tensor> softsign(Sample sample) {
        Object self = sample.arguments().get("self");
        Tensor abs = LibtorchCall.call("abs", self).getFirst();
        Tensor below = LibtorchCall.call("add.Scalar", abs, 1L, 1L).getFirst();
        return LibtorchCall.call("div.Tensor", self, below);
    }
}
