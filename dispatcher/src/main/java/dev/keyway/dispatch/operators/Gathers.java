// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.GatherAttributes;
import dev.keyway.attributes.IndexSelectAttributes;
import dev.keyway.attributes.TakeAlongDimAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Picking elements by their positions. */
@AutoService(OperatorFamily.class)
public final class Gathers implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(gather(), indexSelect(), take(), takeAlongDim());
    }

    private static OperatorDefinition gather() {
        return OperatorDefinition.of(
                        Schemas.GATHER,
                        m -> {
                            Metas.index(m, 1, "index");
                            Tensor self = m.input(0);
                            long given = m.attributes(GatherAttributes.class).dim();
                            int dim = Metas.dim(m, given, self.dim());
                            Places.within(m, m.input(1), self, dim, "self");
                            m.compute(Places.moves(self.dtype()));
                            m.outputLike(1, self.dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = c.attributes(GatherAttributes.class).dim();
                            return Places.gathered(
                                    c, self, Inputs.get(inputs, 1), Metas.wrap(dim, self.dim()));
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(GatherAttributes.class).dim();
                            // One zero, seen everywhere: only the result takes memory.
                            try (Tensor one = Matrix.zeros(g.grad());
                                    Tensor zero = one.expand(g.inputSizes(0))) {
                                g.set(0, zero.scatterAdd(dim, g.input(1), g.grad()));
                            }
                        });
    }

    private static OperatorDefinition indexSelect() {
        return OperatorDefinition.of(
                        Schemas.INDEX_SELECT,
                        m -> {
                            Places.integers(m, 1, "index");
                            Tensor self = m.input(0);
                            long given = m.attributes(IndexSelectAttributes.class).dim();
                            int dim = Metas.dim(m, given, self.dim());
                            Places.vector(m, 1, "index");
                            long[] sizes = self.sizes();
                            if (sizes.length > 0) {
                                sizes[dim] = m.input(1).numel();
                            } else if (m.input(1).numel() != 1) {
                                throw m.error(
                                        "argument 'index' has "
                                                + m.input(1).numel()
                                                + " elements; a tensor without dimensions takes"
                                                + " one");
                            }
                            m.compute(Places.moves(self.dtype()));
                            m.output(self.dtype(), sizes);
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long given = c.attributes(IndexSelectAttributes.class).dim();
                            int dim = Metas.wrap(given, self.dim());
                            try (Temporaries t = new Temporaries()) {
                                Tensor wide = t.converted(Inputs.get(inputs, 1), DType.I64);
                                Tensor index = t.keep(Places.spread(wide, c.outputSizes(0), dim));
                                return Places.gathered(c, self, index, dim);
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(IndexSelectAttributes.class).dim();
                            if (g.inputSizes(0).length == 0) {
                                g.set(0, g.grad());
                                return;
                            }
                            try (Tensor one = Matrix.zeros(g.grad());
                                    Tensor zero = one.expand(g.inputSizes(0))) {
                                g.set(0, zero.indexAdd(dim, g.input(1), g.grad()));
                            }
                        });
    }

    private static OperatorDefinition take() {
        return OperatorDefinition.of(
                        Schemas.TAKE,
                        m -> {
                            Metas.index(m, 1, "index");
                            m.compute(Places.moves(m.input(0).dtype()));
                            m.outputLike(1, m.input(0).dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    Tensor self = Inputs.get(inputs, 0);
                                    Tensor index = Inputs.get(inputs, 1);
                                    try (Temporaries t = new Temporaries()) {
                                        Tensor flat = t.keep(self.reshape(-1L));
                                        Tensor wrapped =
                                                t.keep(Places.wrapped(index, self.numel()));
                                        Tensor places = t.keep(wrapped.reshape(-1L));
                                        Tensor picked = t.keep(flat.gather(0, places));
                                        return picked.reshape(index.sizes());
                                    }
                                }));
    }

    private static OperatorDefinition takeAlongDim() {
        return OperatorDefinition.of(
                        Schemas.TAKE_ALONG_DIM,
                        m -> {
                            Metas.index(m, 1, "indices");
                            Tensor self = m.input(0);
                            Tensor indices = m.input(1);
                            Long dim = m.attributes(TakeAlongDimAttributes.class).dim();
                            m.compute(Places.moves(self.dtype()));
                            m.output(
                                    self.dtype(),
                                    dim == null
                                            ? new long[] {indices.numel()}
                                            : along(
                                                    m,
                                                    self,
                                                    indices,
                                                    Metas.dim(m, dim, self.dim())));
                        })
                .keepInputs(1)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    Tensor self = Inputs.get(inputs, 0);
                                    Tensor indices = Inputs.get(inputs, 1);
                                    Long given = c.attributes(TakeAlongDimAttributes.class).dim();
                                    try (Temporaries t = new Temporaries()) {
                                        if (given == null) {
                                            Tensor flat = t.keep(self.reshape(-1L));
                                            return flat.gather(0, t.keep(indices.reshape(-1L)));
                                        }
                                        int dim = Metas.wrap(given, self.dim());
                                        long[] sizes = c.outputSizes(0).clone();
                                        Tensor index = t.keep(indices.expand(sizes));
                                        sizes[dim] = self.size(dim);
                                        return t.keep(self.expand(sizes)).gather(dim, index);
                                    }
                                }));
    }

    /** The sizes to which self and the indices broadcast in all dimensions but one. */
    private static long[] along(MetaContext m, Tensor self, Tensor indices, int dim) {
        long[] sizes = indices.sizes();
        boolean fits = indices.dim() == self.dim() && sizes.length > 0;
        for (int d = 0; fits && d < sizes.length; d++) {
            if (d != dim) {
                long own = self.size(d);
                fits = own == sizes[d] || own == 1 || sizes[d] == 1;
                sizes[d] = sizes[d] == 1 ? own : sizes[d];
            }
        }
        if (!fits) {
            throw m.error(
                    "argument 'indices' with shape "
                            + Arrays.toString(indices.sizes())
                            + " does not broadcast with shape "
                            + Arrays.toString(self.sizes())
                            + " in the dimensions other than "
                            + dim);
        }
        return sizes;
    }
}
