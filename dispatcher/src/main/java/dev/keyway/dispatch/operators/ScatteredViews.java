// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.attributes.DiagonalAttributes;
import dev.keyway.attributes.DiagonalScatterAttributes;
import dev.keyway.attributes.SelectAttributes;
import dev.keyway.attributes.SelectScatterAttributes;
import dev.keyway.attributes.SliceAttributes;
import dev.keyway.attributes.SliceScatterAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/** Copies of a tensor with the elements that a view would show replaced. */
@AutoService(OperatorFamily.class)
public final class ScatteredViews implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                scattered(
                        Schemas.SELECT_SCATTER,
                        SelectScatterAttributes.class,
                        (self, a) -> self.select(a.dim(), a.index()),
                        (m, a) -> m.select(new SelectAttributes(a.dim(), a.index()))),
                scattered(
                        Schemas.SLICE_SCATTER,
                        SliceScatterAttributes.class,
                        (self, a) -> self.slice(a.dim(), a.start(), a.end(), a.step()),
                        (m, a) ->
                                m.slice(
                                        new SliceAttributes(
                                                a.dim(), a.start(), a.end(), a.step()))),
                scattered(
                        Schemas.DIAGONAL_SCATTER,
                        DiagonalScatterAttributes.class,
                        (self, a) -> self.diagonal(a.offset(), a.dim1(), a.dim2()),
                        (m, a) ->
                                m.diagonal(
                                        new DiagonalAttributes(a.offset(), a.dim1(), a.dim2()))));
    }

    /** The shape of the view, with its errors. */
    private record Shapes(MetaContext m) {
        long[] select(SelectAttributes a) {
            Tensor self = m.input(0);
            if (self.dim() == 0) {
                throw m.error("a tensor without dimensions has nothing to select");
            }
            int dim = Metas.dim(m, a.dim(), self.dim());
            long size = self.size(dim);
            if (a.index() < -size || a.index() >= size) {
                throw m.error(
                        "argument 'index' is "
                                + a.index()
                                + ", out of range for dimension "
                                + dim
                                + " of size "
                                + size);
            }
            long[] rest = new long[self.dim() - 1];
            for (int d = 0; d < rest.length; d++) {
                rest[d] = self.size(d < dim ? d : d + 1);
            }
            return rest;
        }

        long[] slice(SliceAttributes a) {
            Tensor self = m.input(0);
            if (a.step() <= 0 || self.dim() == 0) {
                throw m.error(
                        "argument 'step' is "
                                + a.step()
                                + " for shape "
                                + Arrays.toString(self.sizes())
                                + "; a positive step and a dimension are needed");
            }
            int dim = Metas.dim(m, a.dim(), self.dim());
            long size = self.size(dim);
            Long start = a.start();
            Long end = a.end();
            long from = start == null ? 0 : clip(start, size);
            long to = Math.max(from, end == null ? size : clip(end, size));
            long[] sizes = self.sizes();
            sizes[dim] = (to - from + a.step() - 1) / a.step();
            return sizes;
        }

        private static long clip(long position, long size) {
            return Math.max(0, Math.min(position < 0 ? position + size : position, size));
        }

        long[] diagonal(DiagonalAttributes a) {
            Tensor self = m.input(0);
            int first = Metas.dim(m, a.dim1(), self.dim());
            int second = Metas.dim(m, a.dim2(), self.dim());
            if (first == second || self.dim() < 2) {
                throw m.error(
                        "two different dimensions are needed, got "
                                + a.dim1()
                                + " and "
                                + a.dim2());
            }
            long rows = self.size(first) - Math.max(-a.offset(), 0);
            long columns = self.size(second) - Math.max(a.offset(), 0);
            long[] sizes = new long[self.dim() - 1];
            int at = 0;
            for (int d = 0; d < self.dim(); d++) {
                if (d != first && d != second) {
                    sizes[at++] = self.size(d);
                }
            }
            sizes[at] = Math.max(0, Math.min(rows, columns));
            return sizes;
        }
    }

    private static <A extends Attributes> OperatorDefinition scattered(
            OperatorSchema schema,
            Class<A> type,
            BiFunction<Tensor, A, Tensor> view,
            BiFunction<Shapes, A, long[]> shape) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] expected = shape.apply(new Shapes(m), m.attributes(type));
                            if (!Arrays.equals(expected, m.input(1).sizes())) {
                                throw m.error(
                                        "argument 'src' has shape "
                                                + Arrays.toString(m.input(1).sizes())
                                                + ", expected that of the part it replaces, "
                                                + Arrays.toString(expected));
                            }
                            m.compute(m.input(0).dtype());
                            m.outputLike(0, m.input(0).dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor result = Inputs.get(inputs, 0).clone();
                            try (Tensor part = view.apply(result, c.attributes(type))) {
                                part.copy_(Inputs.get(inputs, 1));
                            }
                            return result;
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            A a = g.attributes(type);
                            if (g.needs(0)) {
                                Tensor rest = g.grad().clone();
                                try (Tensor part = view.apply(rest, a)) {
                                    part.zero_();
                                }
                                g.set(0, rest);
                            }
                            if (g.needs(1)) {
                                g.set(1, view.apply(g.grad(), a));
                            }
                        });
    }
}
