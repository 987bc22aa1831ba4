// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Tensor;
import dev.keyway.attributes.FillAttributes;
import dev.keyway.attributes.ToDtypeAttributes;
import dev.keyway.Scalar;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Copies, conversions and writes in place. */
@AutoService(OperatorFamily.class)
public final class Copies implements OperatorFamily {
    private static final Meta LIKE =
            m -> {
                m.compute(m.input(0).dtype());
                m.outputLike(0, m.input(0).dtype());
            };

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(fill(), zero(), copy(), clone_(), contiguous(), toDtype(), toDevice());
    }

    private static OperatorDefinition fill() {
        return OperatorDefinition.of(Schemas.FILL, LIKE)
                .compositeSingle(
                        (c, inputs) ->
                                c.fill(
                                        Inputs.get(inputs, 0),
                                        c.attributes(FillAttributes.class).value()))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    private static OperatorDefinition zero() {
        return OperatorDefinition.of(Schemas.ZERO, LIKE)
                .compositeSingle((c, inputs) -> c.fill(Inputs.get(inputs, 0), Scalar.ZERO))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    private static OperatorDefinition copy() {
        return OperatorDefinition.of(
                        Schemas.COPY,
                        m -> {
                            DType dtype = m.input(0).dtype();
                            m.compute(dtype);
                            m.outputBroadcast(dtype);
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            if (!Arrays.equals(self.sizes(), c.outputSizes(0))) {
                                throw c.error(
                                        "argument 'src' with shape "
                                                + Arrays.toString(Inputs.get(inputs, 1).sizes())
                                                + " does not broadcast to shape "
                                                + Arrays.toString(self.sizes()));
                            }
                            return c.copy(self, Inputs.get(inputs, 1));
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            g.set(0, g.needs(0) ? g.grad().mul(0L) : null);
                            g.set(1, g.grad());
                        });
    }

    private static OperatorDefinition clone_() {
        return OperatorDefinition.of(Schemas.CLONE, LIKE)
                .compositeSingle(
                        (c, inputs) ->
                                c.copy(
                                        c.empty(c.outputDType(0), c.outputSizes(0)),
                                        Inputs.get(inputs, 0)))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static OperatorDefinition contiguous() {
        return OperatorDefinition.of(Schemas.CONTIGUOUS, LIKE)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            return self.isContiguous() ? self.view(self.sizes()) : self.clone();
                        });
    }

    private static OperatorDefinition toDtype() {
        return OperatorDefinition.of(
                        Schemas._TO_DTYPE,
                        m -> {
                            m.compute(m.input(0).dtype());
                            m.outputLike(0, m.attributes(ToDtypeAttributes.class).dtype());
                        })
                .compositeSingle(
                        (c, inputs) ->
                                c.copy(
                                        c.empty(c.outputDType(0), c.outputSizes(0)),
                                        Inputs.get(inputs, 0)))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().to(g.inputDType(0))));
    }

    private static OperatorDefinition toDevice() {
        return OperatorDefinition.of(Schemas._TO_DEVICE, LIKE)
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            Device origin = g.inputDevice(0);
                            g.set(0, g.grad().to(origin));
                        });
    }
}
