// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.KthvalueAttributes;
import dev.keyway.attributes.TopkAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** The largest, smallest and k-th elements along a dimension. Of equal elements the first. */
@AutoService(OperatorFamily.class)
public final class Selections implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(topk(), kthvalue());
    }

    /** The dimension's size; 1 without dimensions. */
    static long extent(Tensor self, int dim) {
        return self.dim() == 0 ? 1 : self.size(dim);
    }

    /** Refuses bool, whose values have no use as an order statistic. */
    static void ordered(MetaContext m) {
        if (m.input(0).dtype() == DType.BOOL) {
            throw m.error("argument 'self' is bool; convert it with to(dtype)");
        }
        m.compute(Metas.wide(m.input(0).dtype()));
    }

    private static OperatorDefinition topk() {
        return OperatorDefinition.of(
                        Schemas.TOPK,
                        m -> {
                            TopkAttributes a = m.attributes(TopkAttributes.class);
                            Tensor self = m.input(0);
                            ordered(m);
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            if (a.k() < 0 || a.k() > extent(self, dim)) {
                                throw outOfRange(m, a.k(), 0, self, dim);
                            }
                            long[] sizes = self.sizes();
                            if (sizes.length > 0) {
                                sizes[dim] = a.k();
                            }
                            m.output(0, self.dtype(), sizes);
                            m.output(1, DType.I64, sizes);
                        })
                .composite(
                        (c, inputs) -> {
                            TopkAttributes a = c.attributes(TopkAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor[] all = Sorting.sorted(c, self, a.dim(), a.largest());
                            return part(c, all, 0, self.dim() == 0 ? 1 : a.k());
                        })
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g ->
                                AlongDim.toPlaces(
                                        g,
                                        g.attributes(TopkAttributes.class).dim(),
                                        g.output(1),
                                        g.grad().sizes()));
    }

    private static OperatorDefinition kthvalue() {
        return OperatorDefinition.of(
                        Schemas.KTHVALUE,
                        m -> {
                            KthvalueAttributes a = m.attributes(KthvalueAttributes.class);
                            Tensor self = m.input(0);
                            ordered(m);
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            if (a.k() < 1 || a.k() > extent(self, dim)) {
                                throw outOfRange(m, a.k(), 1, self, dim);
                            }
                            outputs(m, dim, a.keepdim());
                        })
                .composite(
                        (c, inputs) -> {
                            KthvalueAttributes a = c.attributes(KthvalueAttributes.class);
                            Tensor[] all = Sorting.sorted(c, Inputs.get(inputs, 0), a.dim(), false);
                            return part(c, all, a.k() - 1, 1);
                        })
                .differentiable(0)
                .gradient(Saved.outputs(1), g -> picked(g, KTH_DIM.dim(g.attributes())));
    }

    private static final Dim KTH_DIM = a -> ((KthvalueAttributes) a).dim();

    /** The dimension among the attributes. */
    interface Dim {
        long dim(Attributes attributes);
    }

    private static dev.keyway.ArgumentException outOfRange(
            MetaContext m, long k, int lowest, Tensor self, int dim) {
        return m.error(
                "argument 'k' is "
                        + k
                        + ", expected from "
                        + lowest
                        + " to "
                        + extent(self, dim)
                        + ", the size of dimension "
                        + dim
                        + " of shape "
                        + Arrays.toString(self.sizes()));
    }

    /** Values in self's dtype and positions, without the dimension or with size 1. */
    static void outputs(MetaContext m, int dim, boolean keepDim) {
        Tensor self = m.input(0);
        boolean[] named = new boolean[self.dim()];
        if (named.length > 0) {
            named[dim] = true;
        }
        long[] sizes = Metas.reduced(self.sizes(), named, keepDim);
        m.output(0, self.dtype(), sizes);
        m.output(1, DType.I64, sizes);
    }

    /** Some of the sorted elements, as the results of the call; closes what was sorted. */
    private static Tensor[] part(CompositeContext c, Tensor[] all, long start, long length) {
        try (Tensor values = all[0];
                Tensor indices = all[1];
                Tensor someValues = values.narrow(1, start, length);
                Tensor someIndices = indices.narrow(1, start, length);
                Tensor ownValues = someValues.clone();
                Tensor ownIndices = someIndices.clone()) {
            return AlongDim.both(c, ownValues, ownIndices);
        }
    }

    /** The gradient of one value picked along the dimension, with result 1 the positions. */
    static void picked(GradientContext g, long along) {
        long[] whole = g.inputSizes(0);
        long[] kept = AlongDim.kept(whole, Metas.wrap(along, whole.length));
        AlongDim.toPlaces(g, along, g.output(1), kept);
    }
}
