// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.MaxPool1dAttributes;
import dev.keyway.attributes.MaxPool2dAttributes;
import dev.keyway.attributes.MaxPool2dBackwardAttributes;
import dev.keyway.attributes.MaxPool3dAttributes;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The largest elements of windows, with their positions in the unpadded plane. */
@AutoService(OperatorFamily.class)
public final class MaxPooling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                withIndices(Schemas.MAX_POOL1D_WITH_INDICES, 1),
                withIndices(Schemas.MAX_POOL2D_WITH_INDICES, 2),
                withIndices(Schemas.MAX_POOL3D_WITH_INDICES, 3),
                values(Schemas.MAX_POOL1D, 1, MaxPooling::line),
                values(Schemas.MAX_POOL2D, 2, MaxPooling::image),
                values(Schemas.MAX_POOL3D, 3, MaxPooling::volume),
                backward());
    }

    /** The dtype, in which extremes exist. */
    static DType dtype(MetaContext m) {
        DType dtype = m.input(0).dtype();
        if (dtype == DType.BOOL) {
            throw m.error("argument 'self' is bool; numbers are expected, convert with to(dtype)");
        }
        return dtype;
    }

    private static OperatorDefinition withIndices(OperatorSchema schema, int rank) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                schema,
                                m -> {
                                    long[] out =
                                            PoolingArguments.of(m.attributes(), rank).output(m);
                                    DType dtype = dtype(m);
                                    m.compute(Metas.wide(dtype));
                                    m.output(0, dtype, out);
                                    m.output(1, DType.I64, out);
                                })
                        .differentiable(0)
                        .gradient(Saved.outputs(1), g -> gradient(g, rank));
        return Wide.several(
                definition,
                (c, inputs) ->
                        rank == 1
                                ? lines(c, Inputs.get(inputs, 0))
                                : LargestInWindows.compute(c, inputs, rank));
    }

    /** One direction: two, with a height of 1. */
    private static Tensor[] lines(CompositeContext c, Tensor self) {
        PoolingArguments a = PoolingArguments.of(c.attributes(), 1);
        try (Tensor images = self.unsqueeze(-2);
                var both =
                        Ops.maxPool2dWithIndices(
                                images,
                                ConvolutionArguments.lift(a.kernel(), 1),
                                ConvolutionArguments.lift(a.stride(), 1),
                                ConvolutionArguments.lift(a.padding(), 0),
                                ConvolutionArguments.lift(a.dilation(), 1),
                                a.ceilMode());
                Tensor out = both.out().squeeze(-2L);
                Tensor indices = both.indices().squeeze(-2L)) {
            return new Tensor[] {out.detach(), indices.detach()};
        }
    }

    /** All directions as one: positions are those in the flat plane. */
    static void gradient(GradientContext g, int rank) {
        long[] size = g.inputSizes(0);
        if (rank == 2 && size.length == 4) {
            g.set(0, Ops.maxPool2dBackward(g.grad(), g.output(1), size));
            return;
        }
        long planes = PoolingArguments.planes(size, rank);
        long pixels = Metas.product(PoolingArguments.spatial(size, rank));
        long outputs = Metas.product(PoolingArguments.spatial(g.grad().sizes(), rank));
        try (Tensor grad = g.grad().reshape(1, planes, 1, outputs);
                Tensor indices = g.output(1).reshape(1, planes, 1, outputs);
                Tensor flat = Ops.maxPool2dBackward(grad, indices, 1, planes, 1, pixels)) {
            g.set(0, flat.reshape(size));
        }
    }

    private static OperatorDefinition values(
            OperatorSchema schema, int rank, Composite.Single body) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] out = PoolingArguments.of(m.attributes(), rank).output(m);
                            DType dtype = dtype(m);
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, out);
                        })
                .compositeSingle(body);
    }

    private static Tensor line(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(MaxPool1dAttributes.class);
        var both =
                Ops.maxPool1dWithIndices(
                        Inputs.get(inputs, 0),
                        a.kernelSize(),
                        a.stride(),
                        a.padding(),
                        a.dilation(),
                        a.ceilMode());
        both.indices().close();
        return both.out();
    }

    private static Tensor image(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(MaxPool2dAttributes.class);
        var both =
                Ops.maxPool2dWithIndices(
                        Inputs.get(inputs, 0),
                        a.kernelSize(),
                        a.stride(),
                        a.padding(),
                        a.dilation(),
                        a.ceilMode());
        both.indices().close();
        return both.out();
    }

    private static Tensor volume(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(MaxPool3dAttributes.class);
        var both =
                Ops.maxPool3dWithIndices(
                        Inputs.get(inputs, 0),
                        a.kernelSize(),
                        a.stride(),
                        a.padding(),
                        a.dilation(),
                        a.ceilMode());
        both.indices().close();
        return both.out();
    }

    private static OperatorDefinition backward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.MAX_POOL2D_BACKWARD,
                                m -> {
                                    Metas.index(m, 1, "indices");
                                    DType dtype = Checks.floating(m, 0, "grad_output");
                                    m.compute(Metas.wide(dtype));
                                    m.output(
                                            0,
                                            dtype,
                                            m.attributes(MaxPool2dBackwardAttributes.class)
                                                    .inputSize());
                                })
                        .keepInputs(1)
                        .gradient(Saved.inputs(1), MaxPooling::gather);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    long[] size = c.outputSizes(0);
                    long planes = size[0] * size[1];
                    Tensor grad = Inputs.get(inputs, 0);
                    if (planes == 0 || grad.numel() == 0) {
                        return Matrix.zeros(grad, size);
                    }
                    long positions = grad.numel() / planes;
                    try (Tensor zero = Matrix.zeros(grad, planes, size[2] * size[3]);
                            Tensor index = Inputs.get(inputs, 1).reshape(planes, positions);
                            Tensor source = grad.reshape(planes, positions);
                            Tensor sum = zero.scatterAdd(1, index, source)) {
                        return sum.reshape(size);
                    }
                });
    }

    private static void gather(GradientContext g) {
        long[] size = g.inputSizes(0);
        long planes = size[0] * size[1];
        long positions = size[2] * size[3];
        DType wide = Metas.wide(g.grad().dtype());
        try (Tensor flat = Wide.as(g.grad().reshape(planes, -1L), wide);
                Tensor index = g.input(1).reshape(planes, positions);
                Tensor picked = flat.gather(1, index)) {
            g.set(0, picked.reshape(size));
        }
    }
}
