// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.CrossEntropyAttributes;
import dev.keyway.attributes.NllLossAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Losses over classes. {@code self} is {@code [classes]}, {@code [n, classes]} or {@code [n,
 * classes, ...]}; {@code target} has the classes' numbers in the same shape without that dimension,
 * or for cross entropy probabilities in the same shape. Classes are picked, never spread out.
 */
@AutoService(OperatorFamily.class)
public final class ClassLosses implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(negativeLogLikelihood(), crossEntropy());
    }

    private static int classDim(int dims) {
        return dims == 1 ? 0 : 1;
    }

    private static long[] without(long[] sizes, int dim) {
        long[] result = new long[sizes.length - 1];
        for (int d = 0; d < result.length; d++) {
            result[d] = sizes[d < dim ? d : d + 1];
        }
        return result;
    }

    private static void meta(MetaContext m, long reduction, boolean soft) {
        DType dtype = Checks.floating(m, 0, "self");
        long[] sizes = m.input(0).sizes();
        if (sizes.length == 0) {
            throw Checks.wrongShape(m, 0, "self", "[classes], or [n, classes, ...]");
        }
        long[] rest = without(sizes, classDim(sizes.length));
        if (soft) {
            Checks.floating(m, 1, "target");
        } else {
            DType target = m.input(1).dtype();
            if (target != DType.I64 && target != DType.U8) {
                throw m.error(
                        "argument 'target' has dtype "
                                + target
                                + ", expected i64; convert it with to(DType.I64)");
            }
            Checks.shape(m, 1, "target", rest);
        }
        Checks.dtype(m, 2, "weight", dtype);
        Checks.shape(m, 2, "weight", sizes[classDim(sizes.length)]);
        Reduction.check(m, reduction);
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, reduction == Reduction.NONE ? rest : new long[0]);
    }

    private static OperatorDefinition negativeLogLikelihood() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.NLL_LOSS,
                                m ->
                                        meta(
                                                m,
                                                m.attributes(NllLossAttributes.class).reduction(),
                                                false))
                        .keepInputs(1);
        return Wide.single(definition, Places.naming(ClassLosses::likelihood));
    }

    private static Tensor likelihood(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(NllLossAttributes.class);
        try (Picked picked =
                Picked.of(
                        Inputs.get(inputs, 0), Inputs.get(inputs, 1), inputs[2], a.ignoreIndex())) {
            return picked.reduced(picked.losses(), a.reduction());
        }
    }

    private static boolean isSoft(Tensor self, Tensor target) {
        return Arrays.equals(self.sizes(), target.sizes());
    }

    private static OperatorDefinition crossEntropy() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.CROSS_ENTROPY,
                                m -> {
                                    var a = m.attributes(CrossEntropyAttributes.class);
                                    double s = a.labelSmoothing();
                                    if (!(s >= 0 && s <= 1)) {
                                        throw m.error(
                                                "argument 'label_smoothing' is "
                                                        + s
                                                        + ", expected from 0 to 1");
                                    }
                                    meta(m, a.reduction(), isSoft(m.input(0), m.input(1)));
                                })
                        .keepInputs(1);
        return Wide.single(definition, Places.naming(ClassLosses::entropy));
    }

    private static Tensor entropy(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(CrossEntropyAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        Tensor target = Inputs.get(inputs, 1);
        Tensor weight = inputs[2];
        int dim = classDim(self.dim());
        try (Tensor logits = self.logSoftmax(dim)) {
            if (isSoft(self, target)) {
                return SoftTargets.loss(logits, target, weight, dim, a);
            }
            if (a.labelSmoothing() == 0) {
                return Ops.nllLoss(logits, target, weight, a.reduction(), a.ignoreIndex());
            }
            try (Picked picked = Picked.of(logits, target, weight, a.ignoreIndex());
                    Tensor hard = picked.reduced(picked.losses(), a.reduction());
                    Tensor all = SoftTargets.allClasses(logits, weight, dim);
                    Tensor even =
                            picked.reduced(all.maskedFill(picked.ignored(), 0L), a.reduction());
                    Tensor first = hard.mul(1 - a.labelSmoothing());
                    Tensor second = even.mul(a.labelSmoothing() / self.size(dim))) {
                return first.add(second);
            }
        }
    }
}
