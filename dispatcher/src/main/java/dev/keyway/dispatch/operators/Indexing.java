// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.GatherAttributes;
import dev.keyway.attributes.IndexAddAttributes;
import dev.keyway.attributes.IndexSelectAttributes;
import dev.keyway.attributes.ScatterAddAttributes;
import dev.keyway.attributes.ScatterSrcAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;

/** Picking and placing along a dimension. Indices are i64 and checked by the kernels. */
@AutoService(OperatorFamily.class)
public final class Indexing implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(gather(), indexSelect(), scatter(), scatterAdd(), indexAdd());
    }

    /** Every size of the index but the dimension's may be at most the tensor's. */
    private static void within(MetaContext m, Tensor index, Tensor of, int dim, String name) {
        boolean fits = index.dim() == of.dim();
        for (int d = 0; fits && d < index.dim(); d++) {
            fits = d == dim || index.size(d) <= of.size(d);
        }
        if (!fits) {
            throw m.error(
                    "argument 'index' with shape "
                            + Arrays.toString(index.sizes())
                            + " does not fit '"
                            + name
                            + "' with shape "
                            + Arrays.toString(of.sizes())
                            + " along dimension "
                            + dim);
        }
    }

    /** The part of the tensor that the index reaches in the other dimensions. */
    private static Tensor reached(Tensor of, Tensor index, int dim) {
        Tensor part = of.view(of.sizes());
        for (int d = 0; d < of.dim(); d++) {
            if (d != dim && index.size(d) < of.size(d)) {
                Tensor narrowed = part.narrow(d, 0, index.size(d));
                part.close();
                part = narrowed;
            }
        }
        return part;
    }

    private static OperatorDefinition gather() {
        return OperatorDefinition.of(
                        Schemas.GATHER,
                        m -> {
                            Metas.index(m, 1, "index");
                            Tensor self = m.input(0);
                            int dim =
                                    Metas.dim(
                                            m,
                                            m.attributes(GatherAttributes.class).dim(),
                                            self.dim());
                            within(m, m.input(1), self, dim, "self");
                            m.compute(self.dtype());
                            m.outputLike(1, self.dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor index = Inputs.get(inputs, 1);
                            int dim =
                                    Metas.wrap(
                                            c.attributes(GatherAttributes.class).dim(), self.dim());
                            return gathered(c, self, index, dim);
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(GatherAttributes.class).dim();
                            try (Tensor zero = Matrix.zeros(g.grad(), g.inputSizes(0))) {
                                g.set(0, zero.scatterAdd(dim, g.input(1), g.grad()));
                            }
                        });
    }

    private static Tensor gathered(CompositeContext c, Tensor self, Tensor index, int dim) {
        if (self.dim() == 0) {
            try (Tensor flat = self.reshape(1);
                    Tensor places = index.reshape(1);
                    Tensor picked = gathered(c, flat, places, 0);
                    Tensor shaped = picked.view(c.outputSizes(0))) {
                return shaped.detach();
            }
        }
        try (Tensor part = reached(self, index, dim);
                Tensor canonical = Canonical.of(part, dim);
                Tensor places = Canonical.of(index, dim);
                Tensor flat = c.gather(canonical, places);
                Tensor shaped = flat.view(c.outputSizes(0))) {
            return shaped.detach();
        }
    }

    private static OperatorDefinition indexSelect() {
        return OperatorDefinition.of(
                        Schemas.INDEX_SELECT,
                        m -> {
                            Metas.index(m, 1, "index");
                            Tensor self = m.input(0);
                            var a = m.attributes(IndexSelectAttributes.class);
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            vector(m, "index");
                            long[] sizes = self.sizes();
                            if (sizes.length > 0) {
                                sizes[dim] = m.input(1).numel();
                            }
                            m.compute(self.dtype());
                            m.output(self.dtype(), sizes);
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            int dim =
                                    Metas.wrap(
                                            c.attributes(IndexSelectAttributes.class).dim(),
                                            self.dim());
                            if (self.dim() == 0) {
                                return self.clone();
                            }
                            try (Tensor index =
                                    spread(Inputs.get(inputs, 1), c.outputSizes(0), dim)) {
                                return gathered(c, self, index, dim);
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
                            try (Tensor zero = Matrix.zeros(g.grad(), g.inputSizes(0))) {
                                g.set(0, zero.indexAdd(dim, g.input(1), g.grad()));
                            }
                        });
    }

    private static void vector(MetaContext m, String name) {
        if (m.input(1).dim() > 1) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(m.input(1).sizes())
                            + ", expected one dimension");
        }
    }

    /** A vector of positions as a view with the sizes, varying along one dimension. */
    private static Tensor spread(Tensor index, long[] sizes, int dim) {
        long[] column = new long[sizes.length];
        Arrays.fill(column, 1);
        column[dim] = index.numel();
        try (Tensor shaped = index.reshape(column)) {
            return shaped.expand(sizes);
        }
    }

    private static void scatterMeta(MetaContext m, long given) {
        Metas.index(m, 1, "index");
        Tensor self = m.input(0);
        int dim = Metas.dim(m, given, self.dim());
        within(m, m.input(1), self, dim, "self");
        within(m, m.input(1), m.input(2), -1, "src");
        if (m.input(2).dtype() != self.dtype()) {
            throw m.error(
                    "argument 'src' has dtype "
                            + m.input(2).dtype()
                            + ", self has "
                            + self.dtype()
                            + "; convert one with to(dtype)");
        }
        m.compute(self.dtype() == DType.BOOL ? DType.BOOL : Metas.wide(self.dtype()));
        m.outputLike(0, self.dtype());
    }

    private static Tensor scattered(
            CompositeContext c,
            ScatterOp opcode,
            Tensor self,
            Tensor index,
            Tensor source,
            long at) {
        if (self.dim() == 0) {
            try (Tensor flat = self.reshape(1);
                    Tensor places = index.reshape(1);
                    Tensor values = source.reshape(1);
                    Tensor result = scattered(c, opcode, flat, places, values, 0);
                    Tensor shaped = result.view(new long[0])) {
                return shaped.detach();
            }
        }
        int dim = Metas.wrap(at, self.dim());
        Tensor result = c.copy(c.empty(c.dtype(), self.sizes()), self);
        try (Tensor place = reached(result, index, dim);
                Tensor values = reached(source, index, -1);
                Tensor wide = c.copy(c.empty(c.dtype(), index.sizes()), values);
                Tensor target = Canonical.of(place, dim);
                Tensor dense = target.contiguous();
                Tensor places = Canonical.of(index, dim);
                Tensor canonical = Canonical.of(wide, dim)) {
            c.scatter(opcode, dense, places, canonical);
            if (dense.storage() != result.storage()) {
                try (Tensor back = dense.view(place.sizes())) {
                    place.copy_(back);
                }
            }
        }
        if (result.dtype() == c.outputDType(0)) {
            return result;
        }
        try (result) {
            return result.to(c.outputDType(0));
        }
    }

    private static OperatorDefinition scatter() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_SRC,
                        m -> scatterMeta(m, m.attributes(ScatterSrcAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) ->
                                scattered(
                                        c,
                                        ScatterOp.SET,
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1),
                                        Inputs.get(inputs, 2),
                                        c.attributes(ScatterSrcAttributes.class).dim()))
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(ScatterSrcAttributes.class).dim();
                            if (g.needs(0)) {
                                try (Tensor zero = Matrix.zeros(g.grad(), g.inputSizes(2))) {
                                    g.set(0, g.grad().scatter(dim, g.input(1), zero));
                                }
                            }
                            if (g.needs(2)) {
                                g.set(2, sourceGradient(g, dim));
                            }
                        });
    }

    /** Gathers; where the source is larger than the index the rest gets zero. */
    private static Tensor sourceGradient(dev.keyway.operator.GradientContext g, long dim) {
        Tensor picked = g.grad().gather(dim, g.input(1));
        long[] sizes = g.inputSizes(2);
        if (Arrays.equals(picked.sizes(), sizes)) {
            return picked;
        }
        Tensor full = Matrix.zeros(g.grad(), sizes);
        try (picked;
                Tensor part = reached(full, g.input(1), -1)) {
            part.copy_(picked);
        }
        return full;
    }

    private static OperatorDefinition scatterAdd() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_ADD,
                        m -> scatterMeta(m, m.attributes(ScatterAddAttributes.class).dim()))
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) ->
                                scattered(
                                        c,
                                        ScatterOp.ADD,
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1),
                                        Inputs.get(inputs, 2),
                                        c.attributes(ScatterAddAttributes.class).dim()))
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            g.set(0, g.grad());
                            if (g.needs(2)) {
                                g.set(
                                        2,
                                        sourceGradient(
                                                g, g.attributes(ScatterAddAttributes.class).dim()));
                            }
                        });
    }

    private static OperatorDefinition indexAdd() {
        return OperatorDefinition.of(
                        Schemas.INDEX_ADD,
                        m -> {
                            Metas.index(m, 1, "index");
                            Tensor self = m.input(0);
                            int dim =
                                    Metas.dim(
                                            m,
                                            m.attributes(IndexAddAttributes.class).dim(),
                                            self.dim());
                            vector(m, "index");
                            long[] expected = self.sizes();
                            if (expected.length > 0) {
                                expected[dim] = m.input(1).numel();
                            }
                            if (!Arrays.equals(expected, m.input(2).sizes())
                                    || m.input(2).dtype() != self.dtype()) {
                                throw m.error(
                                        "argument 'source' is "
                                                + m.input(2).dtype()
                                                + Arrays.toString(m.input(2).sizes())
                                                + ", expected "
                                                + self.dtype()
                                                + Arrays.toString(expected));
                            }
                            m.compute(
                                    self.dtype() == DType.BOOL
                                            ? DType.BOOL
                                            : Metas.wide(self.dtype()));
                            m.outputLike(0, self.dtype());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor source = Inputs.get(inputs, 2);
                            long given = c.attributes(IndexAddAttributes.class).dim();
                            if (self.dim() == 0) {
                                return self.add(source);
                            }
                            int dim = Metas.wrap(given, self.dim());
                            try (Tensor index =
                                    spread(Inputs.get(inputs, 1), source.sizes(), dim)) {
                                return scattered(c, ScatterOp.ADD, self, index, source, dim);
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long dim = g.attributes(IndexAddAttributes.class).dim();
                            g.set(0, g.grad());
                            g.set(2, g.needs(2) ? g.grad().indexSelect(dim, g.input(1)) : null);
                        });
    }
}
