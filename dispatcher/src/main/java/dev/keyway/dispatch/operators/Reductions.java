// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AllAttributes;
import dev.keyway.attributes.AmaxAttributes;
import dev.keyway.attributes.AminAttributes;
import dev.keyway.attributes.AnyAttributes;
import dev.keyway.attributes.MeanAttributes;
import dev.keyway.attributes.ProdAttributes;
import dev.keyway.attributes.SumAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ReduceOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sums, products, extremes and truth over dimensions. */
@AutoService(OperatorFamily.class)
public final class Reductions implements OperatorFamily {
    /** The dimensions and whether they stay with size 1. */
    private record Over(long[] dim, boolean keepDim) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                sum(),
                mean(),
                prod(),
                extreme(
                        Schemas.AMAX,
                        ReduceOp.AMAX,
                        a -> new Over(((AmaxAttributes) a).dim(), ((AmaxAttributes) a).keepdim())),
                extreme(
                        Schemas.AMIN,
                        ReduceOp.AMIN,
                        a -> new Over(((AminAttributes) a).dim(), ((AminAttributes) a).keepdim())),
                truth(
                        Schemas.ANY,
                        ReduceOp.ANY,
                        a -> new Over(((AnyAttributes) a).dim(), ((AnyAttributes) a).keepdim())),
                truth(
                        Schemas.ALL,
                        ReduceOp.ALL,
                        a -> new Over(((AllAttributes) a).dim(), ((AllAttributes) a).keepdim())));
    }

    private static void shape(MetaContext m, Over over, DType dtype) {
        Tensor self = m.input(0);
        boolean[] named = Metas.dims(m, over.dim, self.dim());
        m.output(dtype, Metas.reduced(self.sizes(), named, over.keepDim));
    }

    /** Sums of integers and bool are i64. */
    static DType sumDType(DType self, @Nullable DType asked) {
        return asked != null ? asked : self.isFloating() ? self : DType.I64;
    }

    private static Tensor reduce(
            CompositeContext c, ReduceOp opcode, Tensor self, Over over, DType compute) {
        boolean[] named = Metas.named(over.dim, self.dim());
        try (Tensor converted = AlongDim.as(self, c.outputDType(0));
                Tensor wide = AlongDim.as(converted, compute);
                Tensor canonical = Canonical.of(wide, named);
                Tensor flat = c.reduce(opcode, canonical)) {
            return AlongDim.result(flat, c.outputDType(0), c.outputSizes(0));
        }
    }

    /** A reduced tensor again with its dimensions, of size 1. */
    static Tensor unreduced(Tensor reduced, long[] sizes, long[] dim) {
        boolean[] named = Metas.named(dim, sizes.length);
        return reduced.reshape(Metas.reduced(sizes, named, true));
    }

    private static OperatorDefinition sum() {
        Function<dev.keyway.Attributes, Over> over =
                a -> new Over(((SumAttributes) a).dim(), ((SumAttributes) a).keepdim());
        return OperatorDefinition.of(
                        Schemas.SUM,
                        m -> {
                            DType asked = m.attributes(SumAttributes.class).dtype();
                            DType out = sumDType(m.input(0).dtype(), asked);
                            m.compute(Metas.wide(out));
                            shape(m, over.apply(m.attributes()), out);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                reduce(
                                        c,
                                        ReduceOp.SUM,
                                        Inputs.get(inputs, 0),
                                        over.apply(c.attributes()),
                                        c.dtype()))
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            long[] sizes = g.inputSizes(0);
                            try (Tensor kept =
                                    unreduced(g.grad(), sizes, over.apply(g.attributes()).dim)) {
                                g.set(0, kept.expand(sizes));
                            }
                        });
    }

    static long count(long[] sizes, long[] dim) {
        boolean[] named = Metas.named(dim, sizes.length);
        long count = 1;
        for (int d = 0; d < sizes.length; d++) {
            count *= named[d] ? sizes[d] : 1;
        }
        return count;
    }

    private static OperatorDefinition mean() {
        Function<dev.keyway.Attributes, Over> over =
                a -> new Over(((MeanAttributes) a).dim(), ((MeanAttributes) a).keepdim());
        return OperatorDefinition.of(
                        Schemas.MEAN,
                        m -> {
                            DType asked = m.attributes(MeanAttributes.class).dtype();
                            DType out = asked != null ? asked : m.input(0).dtype();
                            if (!out.isFloating()) {
                                throw m.error(
                                        "dtype "
                                                + out
                                                + " is not floating; pass dtype or convert with"
                                                + " to(dtype)");
                            }
                            m.compute(Metas.wide(out));
                            shape(m, over.apply(m.attributes()), out);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Over dims = over.apply(c.attributes());
                            long n = count(self.sizes(), dims.dim);
                            try (Tensor converted = AlongDim.as(self, c.outputDType(0));
                                    Tensor sum = converted.sum(dims.dim, dims.keepDim, c.dtype());
                                    Tensor mean = sum.div((double) n)) {
                                return AlongDim.result(mean, c.outputDType(0), mean.sizes());
                            }
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            long[] sizes = g.inputSizes(0);
                            long[] dim = over.apply(g.attributes()).dim;
                            try (Tensor kept = unreduced(g.grad(), sizes, dim);
                                    Tensor share = kept.div((double) count(sizes, dim))) {
                                g.set(0, share.expand(sizes));
                            }
                        });
    }

    private static OperatorDefinition prod() {
        Function<dev.keyway.Attributes, Over> over =
                a -> new Over(((ProdAttributes) a).dim(), ((ProdAttributes) a).keepdim());
        return OperatorDefinition.of(
                        Schemas.PROD,
                        m -> {
                            DType asked = m.attributes(ProdAttributes.class).dtype();
                            DType out = sumDType(m.input(0).dtype(), asked);
                            m.compute(Metas.wide(out));
                            shape(m, over.apply(m.attributes()), out);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                reduce(
                                        c,
                                        ReduceOp.PROD,
                                        Inputs.get(inputs, 0),
                                        over.apply(c.attributes()),
                                        c.dtype()))
                .gradient(
                        Saved.inputs(0),
                        g -> ProductGradient.backward(g, over.apply(g.attributes()).dim));
    }

    private static OperatorDefinition extreme(
            OperatorSchema schema, ReduceOp opcode, Function<dev.keyway.Attributes, Over> over) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            DType dtype = m.input(0).dtype();
                            Over dims = over.apply(m.attributes());
                            if (m.input(0).numel() == 0
                                    && count(m.input(0).sizes(), dims.dim) == 0) {
                                throw m.error(
                                        "nothing to reduce in shape "
                                                + java.util.Arrays.toString(m.input(0).sizes())
                                                + "; name dimensions that are not empty");
                            }
                            m.compute(dtype == DType.BOOL ? DType.I32 : Metas.wide(dtype));
                            shape(m, dims, dtype);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                reduce(
                                        c,
                                        opcode,
                                        Inputs.get(inputs, 0),
                                        over.apply(c.attributes()),
                                        c.dtype()))
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> shareAmongEqual(g, over.apply(g.attributes()).dim));
    }

    /** Equal extremes share the gradient evenly. */
    private static void shareAmongEqual(GradientContext g, long[] dim) {
        long[] sizes = g.inputSizes(0);
        try (Tensor kept = unreduced(g.output(0), sizes, dim);
                Tensor grad = unreduced(g.grad(), sizes, dim);
                Tensor equal = g.input(0).eq(kept);
                Tensor mask = equal.to(grad.dtype());
                Tensor ties = mask.sum(dim, true);
                Tensor share = grad.div(ties)) {
            g.set(0, mask.mul(share));
        }
    }

    private static OperatorDefinition truth(
            OperatorSchema schema, ReduceOp opcode, Function<dev.keyway.Attributes, Over> over) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            boolean byteWide = m.input(0).dtype() == DType.U8;
                            m.compute(DType.BOOL);
                            DType out = byteWide ? DType.U8 : DType.BOOL;
                            shape(m, over.apply(m.attributes()), out);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                reduce(
                                        c,
                                        opcode,
                                        Inputs.get(inputs, 0),
                                        over.apply(c.attributes()),
                                        DType.BOOL))
                .notDifferentiable();
    }
}
