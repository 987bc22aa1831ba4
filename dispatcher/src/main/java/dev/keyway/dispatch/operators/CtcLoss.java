// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.CtcLossIntListAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connectionist temporal classification (Graves and others, "Connectionist Temporal Classification:
 * Labelling Unsegmented Sequence Data with Recurrent Neural Networks", 2006, section 4.1), in
 * logarithms. {@code log_probs} is {@code [steps, n, classes]} or {@code [steps, classes]}; {@code
 * targets} is {@code [n, longest]}, or all targets one after the other.
 */
@AutoService(OperatorFamily.class)
public final class CtcLoss implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.CTC_LOSS_INTLIST, CtcLoss::meta).keepInputs(1);
        return List.of(Wide.single(definition, CtcLoss::compute));
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(CtcLossIntListAttributes.class);
        DType dtype = m.input(0).dtype();
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw m.error(
                    "argument 'log_probs' has dtype "
                            + dtype
                            + ", expected f32 or f64; convert with to(dtype)");
        }
        Tensor probs = m.input(0);
        if (probs.dim() != 2 && probs.dim() != 3) {
            throw Checks.wrongShape(m, 0, "log_probs", "[steps, n, classes] or [steps, classes]");
        }
        long batch = probs.dim() == 3 ? probs.size(1) : 1;
        lengths(m, "input_lengths", a.inputLengths(), batch, 1, probs.size(0));
        lengths(m, "target_lengths", a.targetLengths(), batch, 0, Long.MAX_VALUE);
        targets(m, a, batch);
        if (a.blank() < 0 || a.blank() >= probs.size(-1)) {
            throw m.error(
                    "argument 'blank' is "
                            + a.blank()
                            + ", expected one of "
                            + probs.size(-1)
                            + " classes");
        }
        Reduction.check(m, a.reduction());
        m.compute(dtype);
        boolean each = a.reduction() == Reduction.NONE && probs.dim() == 3;
        m.output(0, dtype, each ? new long[] {batch} : new long[0]);
    }

    private static void lengths(
            MetaContext m, String name, long[] lengths, long batch, long least, long most) {
        boolean right = lengths.length == batch;
        for (long length : lengths) {
            right &= length >= least && length <= most;
        }
        if (!right) {
            throw m.error(
                    "argument '"
                            + name
                            + "' is "
                            + Arrays.toString(lengths)
                            + ", expected "
                            + batch
                            + " numbers of at least "
                            + least
                            + (most == Long.MAX_VALUE ? "" : " and at most " + most));
        }
    }

    private static void targets(MetaContext m, CtcLossIntListAttributes a, long batch) {
        Tensor targets = m.input(1);
        if (targets.dtype() != DType.I64 && targets.dtype() != DType.I32) {
            throw m.error(
                    "argument 'targets' has dtype "
                            + targets.dtype()
                            + ", expected i64; convert it with to(DType.I64)");
        }
        long sum = 0;
        long longest = 0;
        for (long length : a.targetLengths()) {
            sum += length;
            longest = Math.max(longest, length);
        }
        boolean listed = targets.dim() == 1 && targets.size(0) >= sum;
        boolean padded =
                targets.dim() == 2 && targets.size(0) == batch && targets.size(1) >= longest;
        if (!listed && !padded) {
            throw Checks.wrongShape(
                    m, 1, "targets", "[" + batch + ", " + longest + "] or [" + sum + "]");
        }
    }

    private static Tensor compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(CtcLossIntListAttributes.class);
        Tensor given = Inputs.get(inputs, 0);
        try (Tensor probs = given.dim() == 3 ? given.view(given.sizes()) : given.unsqueeze(1);
                Tensor targets = Wide.as(Inputs.get(inputs, 1).detach(), DType.I64);
                CtcPaths paths = CtcPaths.of(probs, targets, a);
                Tensor plain = paths.losses(probs);
                Tensor losses = a.zeroInfinity() ? finite(plain) : plain.view(plain.sizes())) {
            if (a.reduction() == Reduction.MEAN) {
                try (Tensor lengths = paths.divisors(probs);
                        Tensor scaled = losses.div(lengths)) {
                    return scaled.mean();
                }
            }
            Tensor result = Reduction.of(losses.view(losses.sizes()), a.reduction());
            try (result) {
                return result.view(c.outputSizes(0));
            }
        }
    }

    private static Tensor finite(Tensor losses) {
        try (Tensor infinite = losses.eq(Double.POSITIVE_INFINITY)) {
            return losses.maskedFill(infinite, 0L);
        }
    }
}
