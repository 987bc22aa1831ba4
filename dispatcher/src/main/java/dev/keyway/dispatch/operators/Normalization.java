// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.BatchNormAttributes;
import dev.keyway.attributes.NativeBatchNormAttributes;
import dev.keyway.attributes.NativeBatchNormBackwardAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization (Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 1; running
 * statistics with the unbiased variance, as PyTorch).
 */
@AutoService(OperatorFamily.class)
public final class Normalization implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(nativeBatchNorm(), nativeBackward(), batchNorm());
    }

    private static DType check(MetaContext m, boolean training) {
        Tensor input = m.input(0);
        if (input.dim() < 2) {
            throw m.error(
                    "argument 'input' has shape "
                            + Arrays.toString(input.sizes())
                            + ", expected at least [n, channels]");
        }
        if (!input.dtype().isFloating()) {
            throw m.error("dtype " + input.dtype() + " is not floating; use to(dtype)");
        }
        String[] names = {"input", "weight", "bias", "running_mean", "running_var"};
        for (int i = 1; i < names.length; i++) {
            Tensor given = m.inputOrNull(i);
            if (given != null && (given.dim() != 1 || given.size(0) != input.size(1))) {
                throw m.error(
                        "argument '"
                                + names[i]
                                + "' has shape "
                                + Arrays.toString(given.sizes())
                                + ", expected ["
                                + input.size(1)
                                + "]");
            }
        }
        if (!training && (m.inputOrNull(3) == null || m.inputOrNull(4) == null)) {
            throw m.error("running_mean and running_var are needed when not training");
        }
        if (training && input.size(1) > 0 && input.numel() / input.size(1) < 2) {
            throw m.error(
                    "more than one value per channel is needed when training, got shape "
                            + Arrays.toString(input.sizes()));
        }
        return input.dtype();
    }

    private static OperatorDefinition nativeBatchNorm() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.NATIVE_BATCH_NORM,
                                m -> {
                                    boolean training =
                                            m.attributes(NativeBatchNormAttributes.class)
                                                    .training();
                                    DType dtype = check(m, training);
                                    DType wide = Metas.wide(dtype);
                                    m.compute(wide);
                                    m.output(0, dtype, m.input(0).sizes());
                                    long[] channels = {training ? m.input(0).size(1) : 0};
                                    m.output(1, wide, channels);
                                    m.output(2, wide, channels);
                                    if (!training) {
                                        m.changesNothing();
                                    }
                                })
                        .keepInputs(3, 4)
                        .differentiable(0)
                        .gradient(
                                Saved.inputs(0, 1, 3, 4).andOutputs(1, 2),
                                g -> {
                                    var a = g.attributes(NativeBatchNormAttributes.class);
                                    boolean training = a.training();
                                    boolean again = training && Checks.recorded(g.input(0));
                                    try (Tensor mean =
                                                    again
                                                            ? mean(g.input(0))
                                                            : training
                                                                    ? g.output(1).detach()
                                                                    : g.input(3).detach();
                                            Tensor inverse =
                                                    again
                                                            ? inverse(g.input(0), mean, a.eps())
                                                            : training
                                                                    ? g.output(2).detach()
                                                                    : inverse(
                                                                            g.input(4), a.eps())) {
                                        var all =
                                                Ops.nativeBatchNormBackward(
                                                        g.grad(),
                                                        g.input(0),
                                                        g.inputOrNull(1),
                                                        mean,
                                                        inverse,
                                                        training);
                                        g.set(0, all.gradInput());
                                        g.set(1, all.gradWeight());
                                        g.set(2, all.gradBias());
                                    }
                                });
        return Wide.several(definition, Normalization::normalize);
    }

    /** The batch's mean, for gradients that are differentiated again. */
    private static Tensor mean(Tensor input) {
        return input.mean(others(input.dim()), false, Metas.wide(input.dtype()));
    }

    private static Tensor inverse(Tensor input, Tensor mean, double eps) {
        try (Tensor perChannel = channels(mean, input.dim());
                Tensor centred = input.sub(perChannel);
                Tensor squares = centred.square();
                Tensor variance = squares.mean(others(input.dim()))) {
            return inverse(variance, eps);
        }
    }

    private static Tensor inverse(Tensor variance, double eps) {
        try (Tensor shifted = variance.add(eps)) {
            return shifted.rsqrt();
        }
    }

    /** All dimensions but the channels. */
    private static long[] others(int dims) {
        long[] others = new long[dims - 1];
        for (int d = 1; d < dims - 1; d++) {
            others[d] = d + 1;
        }
        return others;
    }

    /** Per-channel values with the dimensions of the input. */
    private static Tensor channels(Tensor values, int dims) {
        long[] sizes = new long[dims];
        Arrays.fill(sizes, 1);
        sizes[1] = values.numel();
        return values.reshape(sizes);
    }

    private static Tensor[] normalize(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(NativeBatchNormAttributes.class);
        Tensor input = Inputs.get(inputs, 0);
        Tensor runningMean = inputs[3];
        Tensor runningVar = inputs[4];
        long[] dims = others(input.dim());
        Tensor mean;
        Tensor variance;
        if (a.training()) {
            mean = input.mean(dims, false, c.dtype());
            variance = input.to(c.dtype()).var(dims, 0);
            track(runningMean, mean, 1.0, a.momentum());
            double n = (double) input.numel() / Math.max(input.size(1), 1);
            track(runningVar, variance, n / (n - 1), a.momentum());
        } else {
            mean = Wide.as(Inputs.get(inputs, 3).detach(), c.dtype());
            variance = Wide.as(Inputs.get(inputs, 4).detach(), c.dtype());
        }
        Tensor inverse = inverse(variance, a.eps());
        variance.close();
        Tensor out = affine(input, mean, inverse, inputs[1], inputs[2]);
        if (a.training()) {
            return new Tensor[] {out, mean, inverse};
        }
        mean.close();
        inverse.close();
        return new Tensor[] {out, c.empty(c.dtype(), 0), c.empty(c.dtype(), 0)};
    }

    private static void track(
            @Nullable Tensor running, Tensor batch, double scale, double momentum) {
        if (running != null) {
            Tensor wide = running.to(batch.dtype());
            try (Tensor old = wide.mul(1 - momentum);
                    Tensor share = batch.mul(momentum * scale);
                    Tensor mixed = old.add(share)) {
                running.copy_(mixed);
            } finally {
                if (wide != running) {
                    wide.close();
                }
            }
        }
    }

    private static Tensor affine(
            Tensor input,
            Tensor mean,
            Tensor inverse,
            @Nullable Tensor weight,
            @Nullable Tensor bias) {
        int dims = input.dim();
        try (Tensor m = channels(mean, dims);
                Tensor s = channels(inverse, dims);
                Tensor centred = input.sub(m);
                Tensor unit = centred.mul(s)) {
            Tensor scaled = weight == null ? unit.detach() : times(unit, weight, dims);
            if (bias == null) {
                return scaled;
            }
            try (scaled;
                    Tensor b = channels(bias, dims)) {
                return scaled.add(b);
            }
        }
    }

    private static Tensor times(Tensor tensor, Tensor perChannel, int dims) {
        try (Tensor factor = channels(perChannel, dims)) {
            return tensor.mul(factor);
        }
    }

    private static OperatorDefinition nativeBackward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.NATIVE_BATCH_NORM_BACKWARD,
                        m -> {
                            DType dtype = m.input(0).dtype();
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, m.input(1).sizes());
                            long[] channels = {m.input(1).size(1)};
                            m.output(1, dtype, channels);
                            m.output(2, dtype, channels);
                        });
        return Wide.several(
                definition,
                (c, inputs) ->
                        NormalizationBackward.compute(
                                inputs,
                                c.attributes(NativeBatchNormBackwardAttributes.class).training(),
                                others(Inputs.get(inputs, 1).dim())));
    }

    private static OperatorDefinition batchNorm() {
        return OperatorDefinition.of(
                        Schemas.BATCH_NORM,
                        m -> {
                            DType dtype =
                                    check(m, m.attributes(BatchNormAttributes.class).training());
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        })
                .keepInputs(3, 4)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(BatchNormAttributes.class);
                            var all =
                                    Ops.nativeBatchNorm(
                                            Inputs.get(inputs, 0),
                                            inputs[1],
                                            inputs[2],
                                            inputs[3],
                                            inputs[4],
                                            a.training(),
                                            a.momentum(),
                                            a.eps());
                            all.saveMean().close();
                            all.saveInvstd().close();
                            return all.out();
                        });
    }
}
