// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.IndexAddAttributes;
import dev.keyway.attributes.IndexCopyAttributes;
import dev.keyway.attributes.IndexFillIntScalarAttributes;
import dev.keyway.attributes.IndexFillIntTensorAttributes;
import dev.keyway.attributes.PutAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writing rows at the positions in a vector, and elements at flat positions. */
@AutoService(OperatorFamily.class)
public final class IndexWrites implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(indexAdd(), indexCopy(), indexFill(), indexFillTensor(), put());
    }

    /** Checks that source has self's shape but for the dimension, where it has the index's size. */
    private static void rows(MetaContext m, long given) {
        Tensor self = m.input(0);
        int dim = Metas.dim(m, given, self.dim());
        Places.vector(m, 1, "index");
        Places.sameDType(m, 2, "source");
        long[] expected = self.sizes();
        if (expected.length > 0) {
            expected[dim] = m.input(1).numel();
        }
        boolean fits = Arrays.equals(expected, m.input(2).sizes());
        boolean zeroDim = expected.length == 0 && m.input(1).numel() == 1;
        if (!fits && !(zeroDim && m.input(2).numel() == 1)) {
            throw m.error(
                    "argument 'source' has shape "
                            + Arrays.toString(m.input(2).sizes())
                            + ", expected "
                            + Arrays.toString(expected)
                            + " for "
                            + m.input(1).numel()
                            + " positions along dimension "
                            + dim);
        }
        m.compute(Places.moves(self.dtype()));
        m.outputLike(0, self.dtype());
    }

    private static OperatorDefinition indexAdd() {
        return OperatorDefinition.of(
                        Schemas.INDEX_ADD,
                        m -> {
                            IndexAddAttributes a = m.attributes(IndexAddAttributes.class);
                            Places.integers(m, 1, "index");
                            DType dtype = m.input(0).dtype();
                            if (a.alpha().dtype().isFloating() && !dtype.isFloating()) {
                                throw m.error(
                                        "argument 'alpha' is "
                                                + a.alpha()
                                                + ", which does not fit dtype "
                                                + dtype);
                            }
                            rows(m, a.dim());
                        })
                .keepInputs(1)
                .compositeSingle(IndexWrites::added)
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            IndexAddAttributes a = g.attributes(IndexAddAttributes.class);
                            g.set(0, g.grad());
                            if (!g.needs(2)) {
                                return;
                            }
                            try (Temporaries t = new Temporaries()) {
                                Tensor picked = t.keep(g.grad().indexSelect(a.dim(), g.input(1)));
                                Tensor scaled =
                                        isOne(a.alpha()) ? picked : t.keep(picked.mul(a.alpha()));
                                g.set(2, scaled.view(g.inputSizes(2)));
                            }
                        });
    }

    private static boolean isOne(Scalar scalar) {
        return scalar.doubleValue() == 1.0;
    }

    private static Tensor added(CompositeContext c, @Nullable Tensor[] inputs) {
        IndexAddAttributes a = c.attributes(IndexAddAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        Tensor source = Inputs.get(inputs, 2);
        int dim = Metas.wrap(a.dim(), self.dim());
        try (Temporaries t = new Temporaries()) {
            Tensor wide = t.converted(source, c.dtype());
            Tensor scaled = isOne(a.alpha()) ? wide : t.keep(wide.mul(a.alpha()));
            Tensor positions = t.converted(Inputs.get(inputs, 1), DType.I64);
            Tensor index = t.keep(Places.spread(positions, source.sizes(), dim));
            return Places.scatteredNarrow(c, ScatterOp.ADD, self, index, scaled, dim);
        }
    }

    private static OperatorDefinition indexCopy() {
        return OperatorDefinition.of(
                        Schemas.INDEX_COPY,
                        m -> {
                            Metas.index(m, 1, "index");
                            rows(m, m.attributes(IndexCopyAttributes.class).dim());
                        })
                .keepInputs(1)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    long given = c.attributes(IndexCopyAttributes.class).dim();
                                    Tensor self = Inputs.get(inputs, 0);
                                    Tensor source = Inputs.get(inputs, 2);
                                    int dim = Metas.wrap(given, self.dim());
                                    try (Tensor index =
                                            Places.spread(
                                                    Inputs.get(inputs, 1), source.sizes(), dim)) {
                                        return self.scatter(dim, index, source);
                                    }
                                }));
    }

    private static void filled(MetaContext m, long given) {
        Metas.index(m, 1, "index");
        Places.vector(m, 1, "index");
        Metas.dim(m, given, m.input(0).dim());
        m.compute(Places.moves(m.input(0).dtype()));
        m.outputLike(0, m.input(0).dtype());
    }

    /** The positions, which may count from the end, over the rows that they name. */
    private static Tensor rowsAt(Tensor self, Tensor index, int dim) {
        long[] sizes = self.sizes();
        if (sizes.length > 0) {
            sizes[dim] = index.numel();
        }
        long size = self.dim() == 0 ? 1 : self.size(dim);
        try (Tensor wrapped = Places.wrapped(index, size)) {
            return Places.spread(wrapped, sizes, dim);
        }
    }

    private static OperatorDefinition indexFill() {
        return OperatorDefinition.of(
                        Schemas.INDEX_FILL_INT_SCALAR,
                        m -> filled(m, m.attributes(IndexFillIntScalarAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    var a = c.attributes(IndexFillIntScalarAttributes.class);
                                    Tensor self = Inputs.get(inputs, 0);
                                    int dim = Metas.wrap(a.dim(), self.dim());
                                    try (Tensor index = rowsAt(self, Inputs.get(inputs, 1), dim)) {
                                        return self.scatter(dim, index, a.value());
                                    }
                                }));
    }

    private static OperatorDefinition indexFillTensor() {
        return OperatorDefinition.of(
                        Schemas.INDEX_FILL_INT_TENSOR,
                        m -> {
                            if (m.input(2).dim() != 0) {
                                throw m.error(
                                        "argument 'value' has shape "
                                                + Arrays.toString(m.input(2).sizes())
                                                + ", expected a tensor without dimensions");
                            }
                            filled(m, m.attributes(IndexFillIntTensorAttributes.class).dim());
                        })
                .keepInputs(1, 2)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    var a = c.attributes(IndexFillIntTensorAttributes.class);
                                    Tensor self = Inputs.get(inputs, 0);
                                    int dim = Metas.wrap(a.dim(), self.dim());
                                    try (Temporaries t = new Temporaries()) {
                                        Tensor index =
                                                t.keep(rowsAt(self, Inputs.get(inputs, 1), dim));
                                        Tensor value =
                                                t.converted(Inputs.get(inputs, 2), self.dtype());
                                        Tensor source = t.keep(value.expand(index.sizes()));
                                        return self.scatter(dim, index, source);
                                    }
                                }));
    }

    private static OperatorDefinition put() {
        return OperatorDefinition.of(
                        Schemas.PUT,
                        m -> {
                            Metas.index(m, 1, "index");
                            Places.sameDType(m, 2, "source");
                            if (m.input(1).numel() != m.input(2).numel()) {
                                throw m.error(
                                        "argument 'source' has "
                                                + m.input(2).numel()
                                                + " elements, index has "
                                                + m.input(1).numel());
                            }
                            m.compute(Places.moves(m.input(0).dtype()));
                            m.outputLike(0, m.input(0).dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    boolean adds = c.attributes(PutAttributes.class).accumulate();
                                    Tensor self = Inputs.get(inputs, 0);
                                    try (Temporaries t = new Temporaries()) {
                                        Tensor flat = t.keep(self.reshape(-1L));
                                        Tensor wrapped =
                                                t.keep(
                                                        Places.wrapped(
                                                                Inputs.get(inputs, 1),
                                                                self.numel()));
                                        Tensor index = t.keep(wrapped.reshape(-1L));
                                        Tensor source = t.keep(Inputs.get(inputs, 2).reshape(-1L));
                                        Tensor result =
                                                t.keep(
                                                        adds
                                                                ? flat.scatterAdd(0, index, source)
                                                                : flat.scatter(0, index, source));
                                        return result.reshape(self.sizes());
                                    }
                                }));
    }
}
