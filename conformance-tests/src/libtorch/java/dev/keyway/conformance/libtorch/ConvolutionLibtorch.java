// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Convolution and pooling. */
@AutoService(LibtorchFamily.class)
public final class ConvolutionLibtorch implements LibtorchFamily {
    private static final String STEPS =
            "libtorch adds in half precision, or rounds each step to it";
    private static final String NO_KERNEL = "libtorch has no kernel for the type here";

    /** For {@code ServiceLoader}. */
    public ConvolutionLibtorch() {}

    @Override
    public void register(LibtorchTable table) {
        for (String type : List.of("u8", "i8", "i16", "i32")) {
            for (String name : List.of("conv1d", "conv2d", "conv3d")) {
                table.except(name, type, "dilated", NO_KERNEL);
                table.except(name, type, "bias dilated", NO_KERNEL);
                table.except(name, type, "no bias dilated", NO_KERNEL);
                table.except(name, type, "channels last dilated", NO_KERNEL);
            }
        }
        for (int rank = 2; rank <= 3; rank++) {
            table.same(
                    "conv_transpose" + rank + "d",
                    "conv_transpose" + rank + "d.input",
                    "input",
                    "weight",
                    "bias",
                    "stride",
                    "padding",
                    "output_padding",
                    "groups",
                    "dilation");
        }
        for (int rank = 1; rank <= 3; rank++) {
            int r = rank;
            table.special("lp_pool" + r + "d", sample -> norm(sample, r));
            for (String type : List.of("f16", "bf16")) {
                table.except("lp_pool" + r + "d", type, "*", STEPS);
                table.except("conv_transpose" + r + "d", type, "*", STEPS);
            }
        }
        for (String type : List.of("f16", "bf16")) {
            table.except("avg_pool3d", type, "*", NO_KERNEL);
            for (String name :
                    List.of(
                            "adaptive_avg_pool3d",
                            "col2im",
                            "convolution",
                            "convolution_backward_input",
                            "convolution_backward_weight",
                            "max_pool2d_backward")) {
                table.except(name, type, "*", STEPS);
            }
        }
        for (String type : List.of("u8", "i8", "i16", "i32", "i64")) {
            table.except("max_pool1d", type, "*", NO_KERNEL);
        }
    }

    /** As {@code torch.nn.functional.lp_pool2d} does it. */
    private static List<Tensor> norm(Sample sample, int rank) {
        Map<String, @Nullable Object> a = sample.arguments();
        Input self = (Input) Objects.requireNonNull(a.get("self"));
        Tensor x = LibtorchValues.tensor(self.array());
        double p = (double) (Double) Objects.requireNonNull(a.get("norm_type"));
        long[] kernel = (long[]) Objects.requireNonNull(a.get("kernel_size"));
        Tensor powers = LibtorchCall.one("pow.Tensor_Scalar", x, p);
        Object[] shape = {
            powers, kernel, a.get("stride"), new long[rank], a.get("ceil_mode"), true
        };
        Tensor mean =
                rank == 1
                        ? LibtorchCall.one("avg_pool1d", shape)
                        : LibtorchCall.one("avg_pool" + rank + "d", with(shape, null));
        long area = 1;
        for (int d = 0; d < rank; d++) {
            area *= kernel.length == 1 ? kernel[0] : kernel[d];
        }
        Tensor scaled = LibtorchCall.one("mul.Scalar", LibtorchCall.one("relu", mean), area);
        return List.of(LibtorchCall.one("pow.Tensor_Scalar", scaled, 1 / p));
    }

    private static @Nullable Object[] with(@Nullable Object[] list, @Nullable Object last) {
        @Nullable Object[] longer = java.util.Arrays.copyOf(list, list.length + 1);
        longer[list.length] = last;
        return longer;
    }
}
