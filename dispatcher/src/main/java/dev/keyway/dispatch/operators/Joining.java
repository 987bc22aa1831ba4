// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.CatAttributes;
import dev.keyway.attributes.StackAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors put together. */
@AutoService(OperatorFamily.class)
public final class Joining implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(cat(), stack());
    }

    /** A vector without elements fits tensors of any shape, and adds nothing to them. */
    private static boolean isNothing(long[] sizes) {
        return sizes.length == 1 && sizes[0] == 0;
    }

    /** The first tensor that says something about the shape. */
    private static Tensor first(MetaContext m) {
        for (int i = 0; i < m.inputCount(); i++) {
            if (!isNothing(m.input(i).sizes())) {
                return m.input(i);
            }
        }
        return m.input(0);
    }

    private static void mismatch(MetaContext m, int input, Tensor first, int dim) {
        throw m.error(
                "tensor "
                        + input
                        + " has shape "
                        + Arrays.toString(m.input(input).sizes())
                        + ", which does not match "
                        + Arrays.toString(first.sizes())
                        + " but in dimension "
                        + dim);
    }

    private static OperatorDefinition cat() {
        return OperatorDefinition.of(
                        Schemas.CAT,
                        m -> {
                            Tensor first = first(m);
                            if (first.dim() == 0) {
                                throw m.error(
                                        "tensors without dimensions can't be joined; use stack");
                            }
                            int dim =
                                    Metas.dim(
                                            m,
                                            m.attributes(CatAttributes.class).dim(),
                                            first.dim());
                            long[] sizes = first.sizes();
                            sizes[dim] = 0;
                            for (int i = 0; i < m.inputCount(); i++) {
                                Tensor next = m.input(i);
                                if (isNothing(next.sizes()) && first.dim() != 1) {
                                    continue;
                                }
                                boolean fits = next.dim() == first.dim();
                                for (int d = 0; fits && d < sizes.length; d++) {
                                    fits = d == dim || next.size(d) == sizes[d];
                                }
                                if (!fits) {
                                    mismatch(m, i, first, dim);
                                }
                                sizes[dim] += next.size(dim);
                            }
                            DType dtype = m.promote(null);
                            m.compute(dtype);
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor out = c.empty(c.outputDType(0), c.outputSizes(0));
                            int dim =
                                    Metas.wrap(c.attributes(CatAttributes.class).dim(), out.dim());
                            long start = 0;
                            for (int i = 0; i < inputs.length; i++) {
                                Tensor next = Inputs.get(inputs, i);
                                if (next.numel() == 0) {
                                    continue;
                                }
                                try (Tensor part = out.narrow(dim, start, next.size(dim))) {
                                    c.copy(part, next);
                                }
                                start += next.size(dim);
                            }
                            return out;
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            int rank = g.grad().dim();
                            int dim = Metas.wrap(g.attributes(CatAttributes.class).dim(), rank);
                            long start = 0;
                            for (int i = 0; i < g.inputCount(); i++) {
                                long[] sizes = g.inputSizes(i);
                                if (isNothing(sizes)) {
                                    continue;
                                }
                                long size = sizes[dim];
                                if (g.needs(i)) {
                                    g.set(i, g.grad().narrow(dim, start, size));
                                }
                                start += size;
                            }
                        });
    }

    private static OperatorDefinition stack() {
        return OperatorDefinition.of(
                        Schemas.STACK,
                        m -> {
                            Tensor first = m.input(0);
                            int dim =
                                    Metas.dim(
                                            m,
                                            m.attributes(StackAttributes.class).dim(),
                                            first.dim() + 1);
                            for (int i = 1; i < m.inputCount(); i++) {
                                if (!Arrays.equals(m.input(i).sizes(), first.sizes())) {
                                    mismatch(m, i, first, dim);
                                }
                            }
                            long[] sizes = new long[first.dim() + 1];
                            for (int d = 0; d < sizes.length; d++) {
                                sizes[d] =
                                        d == dim ? m.inputCount() : first.size(d < dim ? d : d - 1);
                            }
                            DType dtype = m.promote(null);
                            m.compute(dtype);
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            int dim =
                                    Metas.wrap(
                                            c.attributes(StackAttributes.class).dim(),
                                            c.outputSizes(0).length);
                            List<Tensor> parts = new ArrayList<>();
                            try {
                                for (int i = 0; i < inputs.length; i++) {
                                    parts.add(Inputs.get(inputs, i).unsqueeze(dim));
                                }
                                return Ops.cat(parts, dim);
                            } finally {
                                parts.forEach(Tensor::close);
                            }
                        });
    }
}
