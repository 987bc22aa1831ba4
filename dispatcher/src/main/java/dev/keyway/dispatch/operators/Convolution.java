// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two-dimensional convolution and its two adjoints, each the gradient of the others. Those in one
 * and three directions and the transposed ones are made of them.
 */
@AutoService(OperatorFamily.class)
public final class Convolution implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(forward(), backwardInput(), backwardWeight());
    }

    private static void four(MetaContext m, int input, String name) {
        if (m.input(input).dim() != 4) {
            throw Checks.wrongShape(m, input, name, "4 dimensions");
        }
    }

    /** The dtype of input and weight and, where given, bias. */
    static DType dtype(MetaContext m) {
        DType dtype = Matrix.sameDType(m, 0, 1);
        if (m.inputCount() > 2) {
            Checks.dtype(m, 2, "bias", dtype);
        }
        return dtype;
    }

    private static OperatorDefinition forward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.CONV2D,
                                m -> {
                                    DType dtype = dtype(m);
                                    var a = m.attributes(Conv2dAttributes.class);
                                    long[] out =
                                            ConvolutionShape.output(
                                                    m,
                                                    2,
                                                    a.stride(),
                                                    a.padding(),
                                                    a.dilation(),
                                                    a.groups());
                                    Matrix.bias(m, m.input(1).size(0));
                                    m.compute(Metas.wide(dtype));
                                    m.output(0, dtype, out);
                                })
                        .gradient(Saved.inputs(0, 1), Convolution::gradient);
        return Wide.single(definition, Convolution::compute);
    }

    private static Tensor compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = ConvolutionArguments.of(c.attributes(), 2);
        Unfolded unfolded = new Unfolded(a.windows(), a.groups());
        Tensor input = Inputs.get(inputs, 0);
        Tensor bias = inputs[2];
        long[] out = c.outputSizes(0);
        boolean batched = input.dim() == 4;
        long[] full = batched ? out : new long[] {1, out[0], out[1], out[2]};
        try (Tensor images = batched ? input.view(input.sizes()) : input.unsqueeze(0);
                Tensor product = unfolded.multiply(images, Inputs.get(inputs, 1), full);
                Tensor shaped = product.view(out)) {
            if (bias == null) {
                return shaped.detach();
            }
            try (Tensor column = bias.reshape(bias.size(0), 1, 1)) {
                return shaped.add(column);
            }
        }
    }

    private static void gradient(GradientContext g) {
        var a = ConvolutionArguments.of(g.attributes(), 2);
        boolean batched = g.inputSizes(0).length == 4;
        long[] size = g.inputSizes(0);
        long[] full = batched ? size : new long[] {1, size[0], size[1], size[2]};
        try (Tensor grad = batched ? g.grad().view(g.grad().sizes()) : g.grad().unsqueeze(0)) {
            if (g.needs(0)) {
                Tensor all =
                        Ops.convolutionBackwardInput(
                                grad,
                                g.input(1),
                                full,
                                a.stride(),
                                a.padding(),
                                a.dilation(),
                                a.groups());
                g.set(0, batched ? all : first(all));
            }
            if (g.needs(1)) {
                Tensor input = g.input(0);
                try (Tensor images = batched ? input.view(size) : input.unsqueeze(0)) {
                    g.set(
                            1,
                            Ops.convolutionBackwardWeight(
                                    grad,
                                    images,
                                    g.inputSizes(1),
                                    a.stride(),
                                    a.padding(),
                                    a.dilation(),
                                    a.groups()));
                }
            }
            if (g.needs(2)) {
                g.set(2, grad.sum(0, 2, 3));
            }
        }
    }

    private static Tensor first(Tensor one) {
        try (one) {
            return one.squeeze(0L);
        }
    }

    private static OperatorDefinition backwardInput() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.CONVOLUTION_BACKWARD_INPUT,
                                m -> {
                                    four(m, 0, "grad_output");
                                    four(m, 1, "weight");
                                    DType dtype = Matrix.sameDType(m, 0, 1);
                                    m.compute(Metas.wide(dtype));
                                    m.output(
                                            0,
                                            dtype,
                                            m.attributes(ConvolutionBackwardInputAttributes.class)
                                                    .inputSize());
                                })
                        .gradient(Saved.inputs(0, 1), Convolution::inputGradient);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(ConvolutionBackwardInputAttributes.class);
                    Windows windows = windows(a.stride(), a.padding(), a.dilation());
                    return new Unfolded(windows, a.groups())
                            .multiplyTransposed(
                                    Inputs.get(inputs, 0), Inputs.get(inputs, 1), c.outputSizes(0));
                });
    }

    private static Windows windows(long[] stride, long[] padding, long[] dilation) {
        return new Windows(
                Windows.each(stride, 2), Windows.each(padding, 2), Windows.each(dilation, 2));
    }

    private static void inputGradient(GradientContext g) {
        var a = g.attributes(ConvolutionBackwardInputAttributes.class);
        if (g.needs(0)) {
            g.set(
                    0,
                    Ops.conv2d(
                            g.grad(),
                            g.input(1),
                            null,
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
        if (g.needs(1)) {
            g.set(
                    1,
                    Ops.convolutionBackwardWeight(
                            g.input(0),
                            g.grad(),
                            g.inputSizes(1),
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
    }

    private static OperatorDefinition backwardWeight() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.CONVOLUTION_BACKWARD_WEIGHT,
                                m -> {
                                    four(m, 0, "grad_output");
                                    four(m, 1, "input");
                                    DType dtype = Matrix.sameDType(m, 0, 1);
                                    m.compute(Metas.wide(dtype));
                                    m.output(
                                            0,
                                            dtype,
                                            m.attributes(ConvolutionBackwardWeightAttributes.class)
                                                    .weightSize());
                                })
                        .gradient(Saved.inputs(0, 1), Convolution::weightGradient);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(ConvolutionBackwardWeightAttributes.class);
                    Windows windows = windows(a.stride(), a.padding(), a.dilation());
                    return new Unfolded(windows, a.groups())
                            .correlate(
                                    Inputs.get(inputs, 0), Inputs.get(inputs, 1), c.outputSizes(0));
                });
    }

    private static void weightGradient(GradientContext g) {
        var a = g.attributes(ConvolutionBackwardWeightAttributes.class);
        if (g.needs(0)) {
            g.set(
                    0,
                    Ops.conv2d(
                            g.input(1),
                            g.grad(),
                            null,
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
        if (g.needs(1)) {
            g.set(
                    1,
                    Ops.convolutionBackwardInput(
                            g.input(0),
                            g.grad(),
                            g.inputSizes(1),
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
    }
}
