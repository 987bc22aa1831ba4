// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Losses over classes: {@code self} is {@code [n, classes]}, {@code target} i64 {@code [n]}. */
@AutoService(OperatorFamily.class)
public final class Losses implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(negativeLogLikelihood(), crossEntropy());
    }

    private static final Meta META =
            m -> {
                Tensor self = m.input(0);
                Tensor target = m.input(1);
                Metas.index(m, 1, "target");
                if (self.dim() != 2 || target.dim() != 1 || target.size(0) != self.size(0)) {
                    throw m.error(
                            "expected self [n, classes] and target [n], got "
                                    + Arrays.toString(self.sizes())
                                    + " and "
                                    + Arrays.toString(target.sizes()));
                }
                DType dtype = self.dtype();
                if (!dtype.isFloating()) {
                    throw m.error("argument 'self' is " + dtype + ", expected a floating dtype");
                }
                m.compute(Metas.wide(dtype));
                m.output(dtype);
            };

    private static OperatorDefinition negativeLogLikelihood() {
        return OperatorDefinition.of(Schemas.NLL_LOSS, META)
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor index = Inputs.get(inputs, 1).unsqueeze(1);
                                    Tensor picked = Inputs.get(inputs, 0).gather(1, index);
                                    Tensor mean = picked.mean()) {
                                return mean.neg();
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long[] sizes = g.inputSizes(0);
                            try (Tensor zero = Matrix.zeros(g.grad(), sizes);
                                    Tensor index = g.input(1).unsqueeze(1);
                                    Tensor share = g.grad().div(-(double) sizes[0]);
                                    Tensor source = share.expand(sizes[0], 1)) {
                                g.set(0, zero.scatterAdd(1, index, source));
                            }
                        });
    }

    private static OperatorDefinition crossEntropy() {
        return OperatorDefinition.of(Schemas.CROSS_ENTROPY, META)
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor logits = Inputs.get(inputs, 0).logSoftmax(1)) {
                                return dev.keyway.Ops.nllLoss(logits, Inputs.get(inputs, 1));
                            }
                        });
    }
}
