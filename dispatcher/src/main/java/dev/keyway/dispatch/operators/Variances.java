// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.StdAttributes;
import dev.keyway.attributes.StdMeanAttributes;
import dev.keyway.attributes.VarAttributes;
import dev.keyway.attributes.VarMeanAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import java.util.function.Function;

/** Variance and standard deviation: the mean first, then the distances from it. */
@AutoService(OperatorFamily.class)
public final class Variances implements OperatorFamily {
    private record Over(long[] dim, long correction, boolean keepDim) {}

    @Override
    public List<OperatorDefinition> definitions() {
        Function<Attributes, Over> std =
                a -> {
                    StdAttributes given = (StdAttributes) a;
                    return new Over(given.dim(), given.correction(), given.keepdim());
                };
        return List.of(
                variance(),
                deviation(std),
                withMean(
                        Schemas.VAR_MEAN,
                        false,
                        a -> {
                            VarMeanAttributes given = (VarMeanAttributes) a;
                            return new Over(given.dim(), given.correction(), given.keepdim());
                        }),
                withMean(
                        Schemas.STD_MEAN,
                        true,
                        a -> {
                            StdMeanAttributes given = (StdMeanAttributes) a;
                            return new Over(given.dim(), given.correction(), given.keepdim());
                        }));
    }

    private static long[] meta(MetaContext m, Over over) {
        Tensor self = m.input(0);
        DType dtype = self.dtype();
        if (!dtype.isFloating()) {
            throw m.error("dtype " + dtype + " is not floating; use to(dtype)");
        }
        m.compute(Metas.wide(dtype));
        return Metas.reduced(self.sizes(), Metas.dims(m, over.dim, self.dim()), over.keepDim);
    }

    private static Over of(VarAttributes a) {
        return new Over(a.dim(), a.correction(), a.keepdim());
    }

    /** The number of elements less the correction, at least 0: dividing by it may give NaN. */
    private static double divisor(long[] sizes, Over over) {
        return Math.max(Reductions.count(sizes, over.dim) - (double) over.correction, 0.0);
    }

    private static OperatorDefinition variance() {
        return OperatorDefinition.of(
                        Schemas.VAR,
                        m -> {
                            Over over = of(m.attributes(VarAttributes.class));
                            m.output(m.input(0).dtype(), meta(m, over));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Over over = of(c.attributes(VarAttributes.class));
                            try (Tensor wide = AlongDim.as(Inputs.get(inputs, 0), c.dtype());
                                    Tensor mean = wide.mean(over.dim, true);
                                    Tensor centred = wide.sub(mean);
                                    Tensor square = centred.square();
                                    Tensor sum = square.sum(over.dim, over.keepDim);
                                    Tensor share = sum.div(divisor(wide.sizes(), over))) {
                                return AlongDim.result(share, c.outputDType(0), c.outputSizes(0));
                            }
                        })
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            try (Tensor grad = AlongDim.wide(g.grad())) {
                                backward(g, grad, of(g.attributes(VarAttributes.class)));
                            }
                        });
    }

    private static void backward(GradientContext g, Tensor grad, Over over) {
        long[] sizes = g.inputSizes(0);
        try (Tensor self = AlongDim.wide(g.input(0));
                Tensor kept = Reductions.unreduced(grad, sizes, over.dim);
                Tensor mean = self.mean(over.dim, true);
                Tensor centred = self.sub(mean);
                Tensor scaled = centred.mul(2.0 / divisor(sizes, over))) {
            g.set(0, scaled.mul(kept));
        }
    }

    /** The gradient at a deviation of 0 is 0. */
    private static OperatorDefinition deviation(Function<Attributes, Over> over) {
        return OperatorDefinition.of(
                        Schemas.STD,
                        m -> {
                            long[] sizes = meta(m, over.apply(m.attributes()));
                            m.output(m.input(0).dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Over given = over.apply(c.attributes());
                            try (Tensor wide = AlongDim.as(Inputs.get(inputs, 0), c.dtype());
                                    Tensor variance =
                                            wide.var(given.dim, given.correction, given.keepDim);
                                    Tensor root = variance.sqrt()) {
                                return AlongDim.result(root, c.outputDType(0), c.outputSizes(0));
                            }
                        })
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> {
                            try (Tensor grad = AlongDim.wide(g.grad());
                                    Tensor std = AlongDim.wide(g.output(0));
                                    Tensor twice = std.mul(2L);
                                    Tensor slope = grad.div(twice);
                                    Tensor zero = std.eq(0L);
                                    Tensor safe = slope.maskedFill(zero, dev.keyway.Scalar.ZERO)) {
                                backward(g, safe, over.apply(g.attributes()));
                            }
                        });
    }

    private static OperatorDefinition withMean(
            OperatorSchema schema, boolean root, Function<Attributes, Over> over) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] sizes = meta(m, over.apply(m.attributes()));
                            m.output(0, m.input(0).dtype(), sizes);
                            m.output(1, m.input(0).dtype(), sizes);
                        })
                .composite(
                        (c, inputs) -> {
                            Over given = over.apply(c.attributes());
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor spread =
                                    root
                                            ? self.std(given.dim, given.correction, given.keepDim)
                                            : self.var(given.dim, given.correction, given.keepDim);
                            return new Tensor[] {spread, self.mean(given.dim, given.keepDim)};
                        });
    }
}
