// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Two-dimensional convolution and its two adjoints, each the gradient of the others. */
@AutoService(OperatorFamily.class)
public final class Convolution implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(forward(), backwardInput(), backwardWeight());
    }

    private static void four(MetaContext m, int input, String name) {
        if (m.input(input).dim() != 4) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(m.input(input).sizes())
                            + ", expected 4 dimensions");
        }
    }

    private static void floating(MetaContext m, DType dtype) {
        if (!dtype.isFloating()) {
            throw m.error("dtype " + dtype + " is not floating; convert with to(dtype)");
        }
    }

    private static OperatorDefinition forward() {
        return OperatorDefinition.of(
                        Schemas.CONV2D,
                        m -> {
                            four(m, 0, "input");
                            four(m, 1, "weight");
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            floating(m, dtype);
                            Tensor input = m.input(0);
                            Tensor weight = m.input(1);
                            Windows windows = Windows.of(m.attributes(Conv2dAttributes.class));
                            windows.check(m, input.sizes(), weight.sizes());
                            Matrix.bias(m, weight.size(0));
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, windows.output(input.sizes(), weight.sizes()));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Windows windows = Windows.of(c.attributes(Conv2dAttributes.class));
                            Tensor bias = inputs[2];
                            Tensor product =
                                    windows.multiply(
                                            Inputs.get(inputs, 0),
                                            Inputs.get(inputs, 1),
                                            c.outputSizes(0));
                            if (bias == null) {
                                return product;
                            }
                            try (product;
                                    Tensor column = bias.view(1, bias.size(0), 1, 1)) {
                                return product.add(column);
                            }
                        })
                .gradient(Saved.inputs(0, 1), Convolution::gradient);
    }

    private static void gradient(GradientContext g) {
        Conv2dAttributes a = g.attributes(Conv2dAttributes.class);
        if (g.needs(0)) {
            g.set(
                    0,
                    Ops.convolutionBackwardInput(
                            g.grad(),
                            g.input(1),
                            g.inputSizes(0),
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
        if (g.needs(1)) {
            g.set(
                    1,
                    Ops.convolutionBackwardWeight(
                            g.grad(),
                            g.input(0),
                            g.inputSizes(1),
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.groups()));
        }
        if (g.needs(2)) {
            g.set(2, g.grad().sum(0, 2, 3));
        }
    }

    private static OperatorDefinition backwardInput() {
        return OperatorDefinition.of(
                        Schemas.CONVOLUTION_BACKWARD_INPUT,
                        m -> {
                            four(m, 0, "grad_output");
                            four(m, 1, "weight");
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            floating(m, dtype);
                            m.compute(Metas.wide(dtype));
                            m.output(
                                    dtype,
                                    m.attributes(ConvolutionBackwardInputAttributes.class)
                                            .inputSize());
                        })
                .compositeSingle(
                        (c, inputs) ->
                                Windows.of(c.attributes(ConvolutionBackwardInputAttributes.class))
                                        .multiplyTransposed(
                                                Inputs.get(inputs, 0),
                                                Inputs.get(inputs, 1),
                                                c.outputSizes(0)))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
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
                        });
    }

    private static OperatorDefinition backwardWeight() {
        return OperatorDefinition.of(
                        Schemas.CONVOLUTION_BACKWARD_WEIGHT,
                        m -> {
                            four(m, 0, "grad_output");
                            four(m, 1, "input");
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            floating(m, dtype);
                            m.compute(Metas.wide(dtype));
                            m.output(
                                    dtype,
                                    m.attributes(ConvolutionBackwardWeightAttributes.class)
                                            .weightSize());
                        })
                .compositeSingle(
                        (c, inputs) ->
                                Windows.of(c.attributes(ConvolutionBackwardWeightAttributes.class))
                                        .correlate(
                                                Inputs.get(inputs, 0),
                                                Inputs.get(inputs, 1),
                                                c.outputSizes(0)))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
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
                        });
    }
}
