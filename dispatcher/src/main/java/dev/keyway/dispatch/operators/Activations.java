// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ThresholdBackwardAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Activation functions that are more than one primitive, and their gradients. */
@AutoService(OperatorFamily.class)
public final class Activations implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(thresholdBackward());
    }

    /** The gradient where {@code self} is above the threshold or not a number, else 0. */
    private static OperatorDefinition thresholdBackward() {
        return OperatorDefinition.of(
                        Schemas.THRESHOLD_BACKWARD,
                        m -> {
                            DType dtype = m.promote(null);
                            if (dtype == DType.BOOL) {
                                throw m.error("is not defined for bool; convert with to(dtype)");
                            }
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .compositeSingle(Activations::masked)
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            Scalar threshold =
                                    g.attributes(ThresholdBackwardAttributes.class).threshold();
                            g.set(0, Ops.thresholdBackward(g.grad(), g.input(1), threshold));
                        });
    }

    private static Tensor masked(CompositeContext context, @Nullable Tensor[] inputs) {
        Scalar threshold = context.attributes(ThresholdBackwardAttributes.class).threshold();
        Tensor grad = Inputs.get(inputs, 0);
        try (Tensor below = Inputs.get(inputs, 1).le(threshold);
                Tensor zero = Ops.zerosLike(grad)) {
            return Ops.where(below, zero, grad);
        }
    }
}
