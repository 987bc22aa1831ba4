// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ScatterAddAttributes;
import dev.keyway.attributes.ScatterSrcAttributes;
import dev.keyway.attributes.ScatterValueAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;

/** Placing elements where an index of the same rank says. */
@AutoService(OperatorFamily.class)
public final class Scatters implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(scatter(), scatterValue(), scatterAdd());
    }

    /** Checks index and source, and sets the result. */
    static void meta(MetaContext m, long given) {
        Metas.index(m, 1, "index");
        Tensor self = m.input(0);
        int dim = Metas.dim(m, given, self.dim());
        Places.within(m, m.input(1), self, dim, "self");
        if (m.inputCount() > 2) {
            Places.within(m, m.input(1), m.input(2), -1, "src");
            Places.sameDType(m, 2, "src");
        }
        m.compute(Places.moves(self.dtype()));
        m.outputLike(0, self.dtype());
    }

    private static OperatorDefinition scatter() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_SRC,
                        m -> meta(m, m.attributes(ScatterSrcAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = c.attributes(ScatterSrcAttributes.class).dim();
                            return Places.scatteredNarrow(
                                    c,
                                    ScatterOp.SET,
                                    self,
                                    Inputs.get(inputs, 1),
                                    Inputs.get(inputs, 2),
                                    Metas.wrap(dim, self.dim()));
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(ScatterSrcAttributes.class).dim();
                            if (g.needs(0)) {
                                g.set(0, g.grad().scatter(dim, g.input(1), Scalar.ZERO));
                            }
                            if (g.needs(2)) {
                                g.set(2, sourceGradient(g, g.grad(), dim));
                            }
                        });
    }

    private static OperatorDefinition scatterValue() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_VALUE,
                        m -> meta(m, m.attributes(ScatterValueAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            ScatterValueAttributes a = c.attributes(ScatterValueAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor index = Inputs.get(inputs, 1);
                            try (Tensor number = Places.number(c, self.dtype(), a.value());
                                    Tensor source = number.expand(index.sizes())) {
                                int dim = Metas.wrap(a.dim(), self.dim());
                                return Places.scatteredNarrow(
                                        c, ScatterOp.SET, self, index, source, dim);
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(ScatterValueAttributes.class).dim();
                            g.set(0, g.grad().scatter(dim, g.input(1), Scalar.ZERO));
                        });
    }

    /** What the index picks from a gradient; where the source is larger the rest gets zero. */
    static Tensor sourceGradient(GradientContext g, Tensor of, long dim) {
        Tensor picked = of.gather(dim, g.input(1));
        long[] sizes = g.inputSizes(2);
        if (Arrays.equals(picked.sizes(), sizes)) {
            return picked;
        }
        Tensor full = Matrix.zeros(g.grad(), sizes);
        try (picked;
                Tensor part = Places.reached(full, g.input(1), -1)) {
            part.copy_(picked);
        }
        return full;
    }

    private static OperatorDefinition scatterAdd() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_ADD,
                        m -> meta(m, m.attributes(ScatterAddAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = c.attributes(ScatterAddAttributes.class).dim();
                            return Places.scatteredNarrow(
                                    c,
                                    ScatterOp.ADD,
                                    self,
                                    Inputs.get(inputs, 1),
                                    Inputs.get(inputs, 2),
                                    Metas.wrap(dim, self.dim()));
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            g.set(0, g.grad());
                            if (g.needs(2)) {
                                long dim = g.attributes(ScatterAddAttributes.class).dim();
                                g.set(2, sourceGradient(g, g.grad(), dim));
                            }
                        });
    }
}
