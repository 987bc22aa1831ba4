// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.twice;

import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import java.util.List;
import java.util.Objects;

/** An operator that no device knows. */
public final class TwiceOperators implements OperatorFamily {
    /** For {@code META-INF/services}. */
    public TwiceOperators() {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(
                                OperatorSchema.parse("acme::twice(Tensor self) -> Tensor"),
                                m -> {
                                    m.compute(m.input(0).dtype());
                                    m.outputLike(0, m.input(0).dtype());
                                })
                        .compositeSingle(
                                (c, inputs) -> {
                                    var self = Objects.requireNonNull(inputs[0]);
                                    return self.add(self);
                                })
                        .gradient(Saved.NOTHING, g -> g.set(0, g.grad().add(g.grad()))));
    }
}
