// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.FusedRmsNormAttributes;
import dev.keyway.attributes.FusedRmsNormBackwardAttributes;
import dev.keyway.attributes.RmsNormAttributes;
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
 * Root mean square normalization (Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019)
 * over the last dimensions.
 */
@AutoService(OperatorFamily.class)
public final class RmsNormalization implements OperatorFamily {
    private static final long[] LAST = {1};

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(fused(), backward(), rmsNorm());
    }

    private static DType check(MetaContext m, long[] normalized) {
        DType dtype = Checks.floating(m, 0, "input");
        Checks.dtype(m, 1, "weight", dtype);
        Checks.shape(m, 1, "weight", normalized);
        m.compute(Metas.wide(dtype));
        return dtype;
    }

    private static OperatorDefinition fused() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas._FUSED_RMS_NORM,
                                m -> {
                                    long[] normalized =
                                            m.attributes(FusedRmsNormAttributes.class)
                                                    .normalizedShape();
                                    DType dtype = check(m, normalized);
                                    m.outputLike(0, dtype);
                                    m.output(
                                            1,
                                            Metas.wide(dtype),
                                            LayerNormalization.rows(m, 0, normalized));
                                })
                        .differentiable(0)
                        .gradient(Saved.inputs(0, 1).andOutputs(1), RmsNormalization::gradient);
        return Wide.several(definition, RmsNormalization::normalize);
    }

    private static void gradient(GradientContext g) {
        var a = g.attributes(FusedRmsNormAttributes.class);
        long[] shape = a.normalizedShape();
        double eps = eps(a.eps(), Metas.wide(g.inputDType(0)));
        try (Tensor rstd =
                Checks.recorded(g.input(0))
                        ? LayerNormalizationBackward.rstd(g.input(0), null, shape, eps)
                        : g.output(1).detach()) {
            var all =
                    Ops._fusedRmsNormBackward(g.grad(), g.input(0), shape, rstd, g.inputOrNull(1));
            g.set(0, all.gradInput());
            g.set(1, all.gradWeight());
        }
    }

    /** Without eps, the distance of 1 to the next number of the compute dtype. */
    static double eps(@Nullable Double given, DType compute) {
        if (given != null) {
            return given;
        }
        return compute == DType.F64 ? Math.ulp(1.0) : Math.ulp(1f);
    }

    private static Tensor[] normalize(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(FusedRmsNormAttributes.class);
        Tensor input = Inputs.get(inputs, 0);
        try (Tensor x = LayerNormalization.matrix(input, a.normalizedShape());
                Tensor squares = x.square();
                Tensor mean = squares.mean(LAST, true);
                Tensor shifted = mean.add(eps(a.eps(), c.dtype()));
                Tensor rstd = shifted.rsqrt();
                Tensor unit = x.mul(rstd);
                Tensor shaped = unit.view(input.sizes());
                Tensor saved = rstd.view(c.outputSizes(1))) {
            return new Tensor[] {
                LayerNormalization.affine(shaped, inputs[1], null), saved.detach()
            };
        }
    }

    private static OperatorDefinition backward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas._FUSED_RMS_NORM_BACKWARD,
                        m -> {
                            var a = m.attributes(FusedRmsNormBackwardAttributes.class);
                            DType dtype = Checks.floating(m, 1, "input");
                            LayerNormalization.checkEnd(m, 1, a.normalizedShape());
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, m.input(1).sizes());
                            m.output(1, dtype, a.normalizedShape());
                        });
        return Wide.several(
                definition,
                (c, inputs) ->
                        gradients(
                                inputs,
                                c.attributes(FusedRmsNormBackwardAttributes.class)
                                        .normalizedShape()));
    }

    /** With {@code x = input * rstd}: as layer normalization without the means. */
    private static Tensor[] gradients(@Nullable Tensor[] inputs, long[] normalized) {
        Tensor gradient = Inputs.get(inputs, 0);
        Tensor input = Inputs.get(inputs, 1);
        Tensor weight = inputs[3];
        try (Tensor x = LayerNormalization.matrix(input, normalized);
                Tensor grad = LayerNormalization.matrix(gradient, normalized);
                Tensor rstd = Inputs.get(inputs, 2).reshape(x.size(0), 1);
                Tensor unit = x.mul(rstd);
                Tensor weighted = grad.mul(unit);
                Tensor scale = weighted.sum(0);
                Tensor row = weight == null ? null : weight.reshape(x.size(1));
                Tensor g = row == null ? grad.view(grad.sizes()) : grad.mul(row);
                Tensor products = g.mul(unit);
                Tensor factor = products.mean(LAST, true);
                Tensor second = unit.mul(factor);
                Tensor rest = g.sub(second);
                Tensor out = rest.mul(rstd)) {
            return new Tensor[] {out.view(input.sizes()), scale.view(normalized)};
        }
    }

    private static OperatorDefinition rmsNorm() {
        return OperatorDefinition.of(
                        Schemas.RMS_NORM,
                        m -> {
                            long[] normalized =
                                    m.attributes(RmsNormAttributes.class).normalizedShape();
                            DType dtype = check(m, normalized);
                            LayerNormalization.checkEnd(m, 0, normalized);
                            m.outputLike(0, dtype);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(RmsNormAttributes.class);
                            var all =
                                    Ops._fusedRmsNorm(
                                            Inputs.get(inputs, 0),
                                            a.normalizedShape(),
                                            inputs[1],
                                            a.eps());
                            all.rstd().close();
                            return all.out();
                        });
    }
}
