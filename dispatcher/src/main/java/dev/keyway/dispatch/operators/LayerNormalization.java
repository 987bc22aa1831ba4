// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.LayerNormAttributes;
import dev.keyway.attributes.NativeLayerNormAttributes;
import dev.keyway.attributes.NativeLayerNormBackwardAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalization (Ba, Kiros and Hinton, "Layer Normalization", 2016) over the last dimensions.
 */
@AutoService(OperatorFamily.class)
public final class LayerNormalization implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(nativeNorm(), backward(), layerNorm());
    }

    /** The shape of a number for each row: 1 in the normalized dimensions. */
    static long[] rows(MetaContext m, int input, long[] normalized) {
        checkEnd(m, input, normalized);
        long[] sizes = m.input(input).sizes();
        Arrays.fill(sizes, sizes.length - normalized.length, sizes.length, 1);
        return sizes;
    }

    /** Fails unless the input ends with the normalized dimensions. */
    static void checkEnd(MetaContext m, int input, long[] normalized) {
        Tensor tensor = m.input(input);
        int first = tensor.dim() - normalized.length;
        boolean fits = normalized.length > 0 && first >= 0;
        for (int d = 0; fits && d < normalized.length; d++) {
            fits = tensor.size(first + d) == normalized[d];
        }
        if (!fits) {
            throw Checks.wrongShape(
                    m,
                    input,
                    "input",
                    "one that ends with normalized_shape " + Arrays.toString(normalized));
        }
    }

    /** {@code [rows, n]}. */
    static Tensor matrix(Tensor input, long[] normalized) {
        long n = Metas.product(normalized);
        return input.reshape(n == 0 ? 0 : input.numel() / n, n);
    }

    private static OperatorDefinition nativeNorm() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.NATIVE_LAYER_NORM,
                                m -> {
                                    long[] normalized =
                                            m.attributes(NativeLayerNormAttributes.class)
                                                    .normalizedShape();
                                    DType dtype = check(m, normalized);
                                    long[] rows = rows(m, 0, normalized);
                                    m.outputLike(0, dtype);
                                    m.output(1, Metas.wide(dtype), rows);
                                    m.output(2, Metas.wide(dtype), rows);
                                })
                        .differentiable(0)
                        .gradient(
                                Saved.inputs(0, 1, 2).andOutputs(1, 2),
                                LayerNormalization::gradient);
        return Wide.several(definition, LayerNormalization::normalize);
    }

    private static DType check(MetaContext m, long[] normalized) {
        DType dtype = Checks.floating(m, 0, "input");
        Checks.dtype(m, 1, "weight", dtype);
        Checks.dtype(m, 2, "bias", dtype);
        Checks.shape(m, 1, "weight", normalized);
        Checks.shape(m, 2, "bias", normalized);
        m.compute(Metas.wide(dtype));
        return dtype;
    }

    private static void gradient(GradientContext g) {
        var a = g.attributes(NativeLayerNormAttributes.class);
        boolean again = Checks.recorded(g.input(0));
        long[] shape = a.normalizedShape();
        try (Tensor mean =
                        again
                                ? LayerNormalizationBackward.mean(g.input(0), shape)
                                : g.output(1).detach();
                Tensor rstd =
                        again
                                ? LayerNormalizationBackward.rstd(g.input(0), mean, shape, a.eps())
                                : g.output(2).detach()) {
            var all =
                    Ops.nativeLayerNormBackward(
                            g.grad(),
                            g.input(0),
                            shape,
                            mean,
                            rstd,
                            g.inputOrNull(1),
                            g.inputOrNull(2));
            g.set(0, all.gradInput());
            g.set(1, all.gradWeight());
            g.set(2, all.gradBias());
        }
    }

    private static Tensor[] normalize(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(NativeLayerNormAttributes.class);
        Tensor input = Inputs.get(inputs, 0);
        long[] dims = {1};
        try (Tensor x = matrix(input, a.normalizedShape());
                Tensor mean = x.mean(dims, true);
                Tensor variance = x.var(dims, 0, true);
                Tensor shifted = variance.add(a.eps());
                Tensor rstd = shifted.rsqrt();
                Tensor centred = x.sub(mean);
                Tensor unit = centred.mul(rstd);
                Tensor shaped = unit.view(input.sizes());
                Tensor flatMean = mean.view(c.outputSizes(1));
                Tensor flatRstd = rstd.view(c.outputSizes(2))) {
            Tensor out = affine(shaped, inputs[1], inputs[2]);
            return new Tensor[] {out, flatMean.detach(), flatRstd.detach()};
        }
    }

    /** {@code x * weight + bias}, broadcast; a new handle. */
    static Tensor affine(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
        Tensor scaled = weight == null ? x.view(x.sizes()) : x.mul(weight);
        if (bias == null) {
            return scaled;
        }
        try (scaled) {
            return scaled.add(bias);
        }
    }

    private static OperatorDefinition backward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.NATIVE_LAYER_NORM_BACKWARD,
                        m -> {
                            var a = m.attributes(NativeLayerNormBackwardAttributes.class);
                            DType dtype = Checks.floating(m, 1, "input");
                            checkEnd(m, 1, a.normalizedShape());
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, m.input(1).sizes());
                            m.output(1, dtype, a.normalizedShape());
                            m.output(2, dtype, a.normalizedShape());
                        });
        return Wide.several(
                definition,
                (c, inputs) ->
                        LayerNormalizationBackward.compute(
                                inputs,
                                c.attributes(NativeLayerNormBackwardAttributes.class)
                                        .normalizedShape()));
    }

    private static OperatorDefinition layerNorm() {
        return OperatorDefinition.of(
                        Schemas.LAYER_NORM,
                        m -> {
                            long[] normalized =
                                    m.attributes(LayerNormAttributes.class).normalizedShape();
                            DType dtype = check(m, normalized);
                            checkEnd(m, 0, normalized);
                            m.outputLike(0, dtype);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(LayerNormAttributes.class);
                            var all =
                                    Ops.nativeLayerNorm(
                                            Inputs.get(inputs, 0),
                                            a.normalizedShape(),
                                            inputs[1],
                                            inputs[2],
                                            a.eps());
                            all.mean().close();
                            all.rstd().close();
                            return all.out();
                        });
    }
}
