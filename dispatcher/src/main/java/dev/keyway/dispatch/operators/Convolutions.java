// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.ConvolutionAttributes;
import dev.keyway.operator.Composite;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolution in one and three directions, and transposed, made of the two-dimensional one. */
@AutoService(OperatorFamily.class)
public final class Convolutions implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                define(
                        Schemas.CONV1D,
                        1,
                        false,
                        (c, in) -> ConvolutionLine.forward(in, arguments(c.attributes(), 1))),
                define(
                        Schemas.CONV3D,
                        3,
                        false,
                        (c, in) ->
                                ConvolutionVolume.forward(
                                        in, arguments(c.attributes(), 3), c.outputSizes(0))),
                define(
                        Schemas.CONV_TRANSPOSE1D,
                        1,
                        true,
                        (c, in) -> ConvolutionLine.transposed(in, arguments(c.attributes(), 1))),
                define(
                        Schemas.CONV_TRANSPOSE2D,
                        2,
                        true,
                        (c, in) ->
                                ConvolutionTransposed.compute(
                                        in, arguments(c.attributes(), 2), c.outputSizes(0))),
                define(
                        Schemas.CONV_TRANSPOSE3D,
                        3,
                        true,
                        (c, in) ->
                                ConvolutionVolume.transposed(
                                        in, arguments(c.attributes(), 3), c.outputSizes(0))),
                general());
    }

    private static ConvolutionArguments arguments(dev.keyway.Attributes given, int rank) {
        return ConvolutionArguments.of(given, rank);
    }

    private static Meta meta(int rank, boolean transposed) {
        return m -> {
            DType dtype = Convolution.dtype(m);
            var a = ConvolutionArguments.of(m.attributes(), rank);
            long[] out = a.output(m, rank, transposed);
            Checks.shape(m, 2, "bias", out[out.length - rank - 1]);
            m.compute(Metas.wide(dtype));
            m.output(0, dtype, out);
        };
    }

    private static OperatorDefinition define(
            OperatorSchema schema, int rank, boolean transposed, Composite.Single body) {
        return Wide.single(OperatorDefinition.of(schema, meta(rank, transposed)), body);
    }

    /** PyTorch's one operator for all of them. */
    private static OperatorDefinition general() {
        return OperatorDefinition.of(
                        Schemas.CONVOLUTION,
                        m -> {
                            var a = m.attributes(ConvolutionAttributes.class);
                            int rank = m.input(1).dim() - 2;
                            if (rank < 1 || rank > 3) {
                                throw Checks.wrongShape(m, 1, "weight", "3, 4 or 5 dimensions");
                            }
                            if (a.transposed()) {
                                Checks.list(m, "output_padding", a.outputPadding(), rank, 0);
                            }
                            meta(rank, a.transposed()).infer(m);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(ConvolutionAttributes.class);
                            Tensor x = Inputs.get(inputs, 0);
                            Tensor w = Inputs.get(inputs, 1);
                            return a.transposed()
                                    ? transposed(a, x, w, inputs[2])
                                    : plain(a, x, w, inputs[2]);
                        });
    }

    private static Tensor plain(
            ConvolutionAttributes a, Tensor x, Tensor w, @Nullable Tensor bias) {
        return switch (w.dim()) {
            case 3 -> Ops.conv1d(x, w, bias, a.stride(), a.padding(), a.dilation(), a.groups());
            case 4 -> Ops.conv2d(x, w, bias, a.stride(), a.padding(), a.dilation(), a.groups());
            default -> Ops.conv3d(x, w, bias, a.stride(), a.padding(), a.dilation(), a.groups());
        };
    }

    private static Tensor transposed(
            ConvolutionAttributes a, Tensor x, Tensor w, @Nullable Tensor bias) {
        long[] s = a.stride();
        long[] p = a.padding();
        long[] more = a.outputPadding();
        return switch (w.dim()) {
            case 3 -> Ops.convTranspose1d(x, w, bias, s, p, more, a.groups(), a.dilation());
            case 4 -> Ops.convTranspose2d(x, w, bias, s, p, more, a.groups(), a.dilation());
            default -> Ops.convTranspose3d(x, w, bias, s, p, more, a.groups(), a.dilation());
        };
    }
}
