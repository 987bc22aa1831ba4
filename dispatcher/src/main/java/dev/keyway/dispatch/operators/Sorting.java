// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.ArgsortAttributes;
import dev.keyway.attributes.SortAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.results.SortResult;
import dev.keyway.schema.Schemas;
import java.util.List;

/** Sorting along a dimension: stable, NaN larger than all numbers. */
@AutoService(OperatorFamily.class)
public final class Sorting implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(sort(), argsort());
    }

    /** Values and positions of all elements, sorted, as {@code [outer, n, inner]}. */
    static Tensor[] sorted(CompositeContext c, Tensor self, long dim, boolean descending) {
        try (Tensor wide = AlongDim.wide(self);
                Tensor canonical = Canonical.of(wide, Metas.wrap(dim, self.dim()))) {
            return c.sort(canonical, descending);
        }
    }

    private static OperatorDefinition sort() {
        return OperatorDefinition.of(
                        Schemas.SORT,
                        m -> {
                            Tensor self = m.input(0);
                            Metas.dim(m, m.attributes(SortAttributes.class).dim(), self.dim());
                            m.compute(Metas.wide(self.dtype()));
                            m.output(0, self.dtype(), self.sizes());
                            m.output(1, DType.I64, self.sizes());
                        })
                .composite(
                        (c, inputs) -> {
                            SortAttributes a = c.attributes(SortAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor[] flat = sorted(c, self, a.dim(), a.descending());
                            try (Tensor values = flat[0];
                                    Tensor indices = flat[1]) {
                                return AlongDim.both(c, values, indices);
                            }
                        })
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g ->
                                AlongDim.toPlaces(
                                        g,
                                        g.attributes(SortAttributes.class).dim(),
                                        g.output(1),
                                        g.inputSizes(0)));
    }

    private static OperatorDefinition argsort() {
        return OperatorDefinition.of(
                        Schemas.ARGSORT,
                        m -> {
                            Tensor self = m.input(0);
                            Metas.dim(m, m.attributes(ArgsortAttributes.class).dim(), self.dim());
                            m.compute(Metas.wide(self.dtype()));
                            m.outputLike(0, DType.I64);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            ArgsortAttributes a = c.attributes(ArgsortAttributes.class);
                            SortResult both =
                                    Ops.sort(Inputs.get(inputs, 0), a.dim(), a.descending());
                            both.values().close();
                            return both.indices();
                        })
                .notDifferentiable();
    }
}
