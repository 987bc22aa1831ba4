// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.LogSoftmaxAttributes;
import dev.keyway.attributes.SoftmaxAttributes;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;
import java.util.function.ToLongFunction;

/** Softmax and its logarithm, with the largest element subtracted first. */
@AutoService(OperatorFamily.class)
public final class Softmax implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(softmax(), logSoftmax());
    }

    private static Meta meta(ToLongFunction<dev.keyway.Attributes> dim) {
        return m -> {
            Metas.dim(m, dim.applyAsLong(m.attributes()), m.input(0).dim());
            if (!m.input(0).dtype().isFloating()) {
                throw m.error(
                        "dtype " + m.input(0).dtype() + " is not floating; convert with to(dtype)");
            }
            Metas.FLOATING.infer(m);
        };
    }

    private static OperatorDefinition softmax() {
        ToLongFunction<dev.keyway.Attributes> dim = a -> ((SoftmaxAttributes) a).dim();
        return OperatorDefinition.of(Schemas.SOFTMAX, meta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long along = dim.applyAsLong(c.attributes());
                            if (self.numel() == 0) {
                                return self.clone();
                            }
                            long[] dims = {along};
                            try (Tensor largest = self.amax(dims, true);
                                    Tensor shifted = self.sub(largest);
                                    Tensor exp = shifted.exp();
                                    Tensor sum = exp.sum(dims, true)) {
                                return exp.div(sum);
                            }
                        })
                .gradient(
                        Saved.outputs(0),
                        g -> {
                            long[] dims = {dim.applyAsLong(g.attributes())};
                            Tensor y = g.output(0);
                            try (Tensor weighted = g.grad().mul(y);
                                    Tensor sum = weighted.sum(dims, true);
                                    Tensor mean = y.mul(sum)) {
                                g.set(0, weighted.sub(mean));
                            }
                        });
    }

    private static OperatorDefinition logSoftmax() {
        ToLongFunction<dev.keyway.Attributes> dim = a -> ((LogSoftmaxAttributes) a).dim();
        return OperatorDefinition.of(Schemas.LOG_SOFTMAX, meta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long along = dim.applyAsLong(c.attributes());
                            if (self.numel() == 0) {
                                return self.clone();
                            }
                            long[] dims = {along};
                            try (Tensor largest = self.amax(dims, true);
                                    Tensor shifted = self.sub(largest);
                                    Tensor exp = shifted.exp();
                                    Tensor sum = exp.sum(dims, true);
                                    Tensor log = sum.log()) {
                                return shifted.sub(log);
                            }
                        })
                .gradient(
                        Saved.outputs(0),
                        g -> {
                            long[] dims = {dim.applyAsLong(g.attributes())};
                            try (Tensor y = g.output(0).exp();
                                    Tensor sum = g.grad().sum(dims, true);
                                    Tensor share = y.mul(sum)) {
                                g.set(0, g.grad().sub(share));
                            }
                        });
    }
}
