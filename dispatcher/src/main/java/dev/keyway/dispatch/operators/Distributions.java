// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.MultinomialAttributes;
import dev.keyway.attributes.NormalFloatTensorAttributes;
import dev.keyway.attributes.NormalTensorFloatAttributes;
import dev.keyway.attributes.NormalTensorTensorAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ScanOp;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random numbers whose distribution is in tensors. */
@AutoService(OperatorFamily.class)
public final class Distributions implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                normal(
                        Schemas.NORMAL_TENSOR_FLOAT,
                        NormalTensorFloatAttributes.class,
                        NormalTensorFloatAttributes::generator,
                        (t, in, a, z) -> t.keep(z.mul(Scalar.of(a.std()))).add(Inputs.get(in, 0))),
                normal(
                        Schemas.NORMAL_FLOAT_TENSOR,
                        NormalFloatTensorAttributes.class,
                        NormalFloatTensorAttributes::generator,
                        (t, in, a, z) -> t.keep(z.mul(Inputs.get(in, 0))).add(Scalar.of(a.mean()))),
                normal(
                        Schemas.NORMAL_TENSOR_TENSOR,
                        NormalTensorTensorAttributes.class,
                        NormalTensorTensorAttributes::generator,
                        (t, in, a, z) -> t.keep(z.mul(Inputs.get(in, 1))).add(Inputs.get(in, 0))),
                multinomial());
    }

    private interface Shift<A> {
        Tensor apply(Temporaries t, @Nullable Tensor[] inputs, A attributes, Tensor normal);
    }

    private static <A extends Attributes> OperatorDefinition normal(
            OperatorSchema schema,
            Class<A> type,
            Function<A, @Nullable Generator> generator,
            Shift<A> shift) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            DType dtype = m.promote(null);
                            if (!dtype.isFloating()) {
                                throw m.error("dtype " + dtype + " is not floating");
                            }
                            if (m.attributes() instanceof NormalTensorFloatAttributes a
                                    && !(a.std() >= 0)) {
                                throw m.error(
                                        "argument 'std' is " + a.std() + ", must not be negative");
                            }
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            A a = c.attributes(type);
                            long numel = Metas.product(c.outputSizes(0));
                            try (Temporaries t = new Temporaries()) {
                                Tensor flat =
                                        t.keep(
                                                c.random(
                                                        RandomOp.NORMAL,
                                                        c.dtype(),
                                                        numel,
                                                        generator.apply(a),
                                                        0,
                                                        1,
                                                        0.5));
                                Tensor z = t.keep(flat.view(c.outputSizes(0)));
                                Tensor wide = shift.apply(t, inputs, a, z);
                                return Creation.converted(wide, c.outputDType(0));
                            }
                        });
    }

    private static OperatorDefinition multinomial() {
        return OperatorDefinition.of(
                        Schemas.MULTINOMIAL,
                        m -> {
                            var a = m.attributes(MultinomialAttributes.class);
                            Tensor self = m.input(0);
                            long categories = self.dim() == 0 ? 0 : self.size(-1);
                            boolean shape = self.dim() == 1 || self.dim() == 2;
                            if (!self.dtype().isFloating() || !shape || categories == 0) {
                                throw m.error(
                                        "argument 'self' is "
                                                + self.dtype()
                                                + Arrays.toString(self.sizes())
                                                + ", expected floating weights [categories] or"
                                                + " [rows, categories]");
                            }
                            checkCount(m, a, categories);
                            m.compute(DType.F32);
                            m.output(
                                    DType.I64,
                                    self.dim() == 1
                                            ? new long[] {a.numSamples()}
                                            : new long[] {self.size(0), a.numSamples()});
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(MultinomialAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            try (Temporaries t = new Temporaries()) {
                                Tensor wide = t.converted(self, DType.F32);
                                Tensor rows = t.keep(wide.reshape(-1, self.size(-1)));
                                Tensor chosen =
                                        t.keep(
                                                a.replacement()
                                                        ? replaced(c, t, rows, a)
                                                        : distinct(c, t, rows, a));
                                return chosen.reshape(c.outputSizes(0));
                            }
                        })
                .notDifferentiable();
    }

    private static void checkCount(MetaContext m, MultinomialAttributes a, long categories) {
        if (a.numSamples() <= 0 || !a.replacement() && a.numSamples() > categories) {
            throw m.error(
                    "argument 'num_samples' is "
                            + a.numSamples()
                            + " for "
                            + categories
                            + " categories; it must be positive and without replacement at most"
                            + " that");
        }
    }

    private static Tensor uniform(
            CompositeContext c, long rows, long columns, @Nullable Generator generator) {
        try (Tensor flat =
                        c.random(
                                RandomOp.UNIFORM, DType.F32, rows * columns, generator, 0, 1, 0.5);
                Tensor shaped = flat.view(rows, columns)) {
            return shaped.detach();
        }
    }

    /**
     * Sample i of row r takes the uniform number {@code u} of element {@code r num_samples + i} and
     * is the first category whose running sum of weights in f32 is above {@code u} times the row's
     * sum, found by bisection.
     */
    private static Tensor replaced(
            CompositeContext c, Temporaries t, Tensor weights, MultinomialAttributes a) {
        long rows = weights.size(0);
        long categories = weights.size(1);
        Tensor sums =
                t.keep(
                        t.keep(c.scan(ScanOp.SUM, t.keep(weights.reshape(rows, categories, 1))))
                                .view(rows, categories));
        Tensor total = t.keep(sums.narrow(1, categories - 1, 1));
        Tensor u = t.keep(uniform(c, rows, a.numSamples(), a.generator()));
        Tensor wanted = t.keep(u.mul(total));
        Tensor low = t.keep(Ops.zeros(c.device(), DType.I64, rows, a.numSamples()));
        Tensor high = t.keep(low.add(categories - 1));
        for (long span = categories; span > 1; span = (span + 1) / 2) {
            Tensor sum = t.keep(low.add(high));
            Tensor two = t.keep(Ops.full(c.device(), DType.I64, 2L));
            Tensor middle = t.keep(sum.floorDivide(two));
            Tensor above = t.keep(t.keep(sums.gather(1, middle)).gt(wanted));
            Tensor next = t.keep(t.keep(middle.add(1L)).minimum(high));
            low = t.keep(Ops.where(above, low, next));
            high = t.keep(Ops.where(above, middle, high));
        }
        return low.clone();
    }

    /**
     * Category k of row r takes the uniform number {@code u} of element {@code r categories + k};
     * the samples are the categories in the order of {@code -log(1 - u) / weight}, smallest first
     * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006). Weights of zero
     * come last.
     */
    private static Tensor distinct(
            CompositeContext c, Temporaries t, Tensor weights, MultinomialAttributes a) {
        long rows = weights.size(0);
        long categories = weights.size(1);
        Tensor u = t.keep(uniform(c, rows, categories, a.generator()));
        Tensor rest = t.keep(t.keep(u.neg()).add(1L));
        Tensor log = t.keep(t.keep(rest.log()).neg());
        Tensor never = t.keep(weights.le(0L));
        Tensor safe = t.keep(weights.maskedFill(never, Scalar.ONE));
        Tensor keys = t.keep(log.div(safe));
        Tensor last = t.keep(keys.maskedFill(never, Scalar.of(Double.POSITIVE_INFINITY)));
        Tensor[] sorted = c.sort(t.keep(last.view(rows, categories, 1)), false);
        t.keep(sorted[0]);
        Tensor order = t.keep(t.keep(sorted[1]).view(rows, categories));
        return t.keep(order.narrow(1, 0, a.numSamples())).clone();
    }
}
