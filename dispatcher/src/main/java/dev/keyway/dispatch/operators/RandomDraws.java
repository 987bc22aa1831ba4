// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.BernoulliAttributes;
import dev.keyway.attributes.ExponentialAttributes;
import dev.keyway.attributes.NormalAttributes;
import dev.keyway.attributes.RandLikeAttributes;
import dev.keyway.attributes.RandintLikeAttributes;
import dev.keyway.attributes.RandnLikeAttributes;
import dev.keyway.attributes.RandomFromAttributes;
import dev.keyway.attributes.RandpermAttributes;
import dev.keyway.attributes.UniformAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.RandomOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Random numbers in the shape of a tensor, from the words that {@code toolkit.Philox} specifies;
 * uniform numbers {@code u} are in [0, 1).
 */
@AutoService(OperatorFamily.class)
public final class RandomDraws implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                drawn(
                        Schemas.RAND_LIKE,
                        RandLikeAttributes.class,
                        a -> new Draw(RandomOp.UNIFORM, a.generator(), 0, 1)),
                drawn(
                        Schemas.RANDN_LIKE,
                        RandnLikeAttributes.class,
                        a -> new Draw(RandomOp.NORMAL, a.generator(), 0, 1)),
                drawn(
                        Schemas.RANDINT_LIKE,
                        RandintLikeAttributes.class,
                        a -> new Draw(RandomOp.INTEGER, a.generator(), a.low(), a.high())),
                drawn(
                        Schemas.RANDOM_FROM,
                        RandomFromAttributes.class,
                        a -> new Draw(RandomOp.INTEGER, a.generator(), a.from(), a.to())),
                uniform(),
                normal(),
                exponential(),
                bernoulli(),
                randperm());
    }

    private record Draw(RandomOp opcode, @Nullable Generator generator, long from, long to) {
        boolean isReal() {
            return opcode != RandomOp.INTEGER;
        }
    }

    private static void floating(MetaContext m) {
        DType dtype = m.input(0).dtype();
        if (!dtype.isFloating()) {
            throw m.error("argument 'self' has dtype " + dtype + ", expected a floating dtype");
        }
        m.compute(Metas.wide(dtype));
        m.outputLike(0, dtype);
    }

    private static <A extends Attributes> OperatorDefinition drawn(
            OperatorSchema schema, Class<A> type, Function<A, Draw> read) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Draw draw = read.apply(m.attributes(type));
                            if (draw.isReal()) {
                                floating(m);
                                return;
                            }
                            if (draw.from >= draw.to) {
                                throw m.error(
                                        "the lowest integer "
                                                + draw.from
                                                + " must be below the bound "
                                                + draw.to);
                            }
                            Creation.holds(m, m.input(0).dtype(), draw.from, draw.to);
                            m.compute(Metas.wide(m.input(0).dtype()));
                            m.outputLike(0, m.input(0).dtype());
                        })
                .compositeSingle((c, inputs) -> numbers(c, read.apply(c.attributes(type))))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    /** In the result's dtype. */
    private static Tensor numbers(CompositeContext c, Draw draw) {
        Creation.Draw all =
                new Creation.Draw(
                        draw.opcode,
                        c.outputDType(0),
                        c.outputSizes(0),
                        draw.generator,
                        draw.from,
                        draw.to);
        return Creation.draw(c, all, 0.5);
    }

    /** In the compute dtype. */
    private static Tensor wide(
            CompositeContext c, RandomOp opcode, DType dtype, @Nullable Generator generator) {
        long numel = Metas.product(c.outputSizes(0));
        try (Tensor flat = c.random(opcode, dtype, numel, generator, 0, 1, 0.5);
                Tensor shaped = flat.view(c.outputSizes(0))) {
            return shaped.detach();
        }
    }

    private static OperatorDefinition uniform() {
        return OperatorDefinition.of(
                        Schemas.UNIFORM,
                        m -> {
                            UniformAttributes a = m.attributes(UniformAttributes.class);
                            if (!(a.from() <= a.to())) {
                                throw m.error(
                                        "argument 'from' "
                                                + a.from()
                                                + " must not be above 'to' "
                                                + a.to());
                            }
                            floating(m);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            UniformAttributes a = c.attributes(UniformAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor u =
                                        t.keep(wide(c, RandomOp.UNIFORM, c.dtype(), a.generator()));
                                Tensor wide = t.keep(u.mul(Scalar.of(a.to() - a.from())));
                                return narrow(c, wide.add(Scalar.of(a.from())));
                            }
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    private static Tensor narrow(CompositeContext c, Tensor wide) {
        return Creation.converted(wide, c.outputDType(0));
    }

    private static OperatorDefinition normal() {
        return OperatorDefinition.of(
                        Schemas.NORMAL,
                        m -> {
                            double std = m.attributes(NormalAttributes.class).std();
                            if (!(std >= 0)) {
                                throw m.error(
                                        "argument 'std' is " + std + ", must not be negative");
                            }
                            floating(m);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            NormalAttributes a = c.attributes(NormalAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor z =
                                        t.keep(wide(c, RandomOp.NORMAL, c.dtype(), a.generator()));
                                Tensor scaled = t.keep(z.mul(Scalar.of(a.std())));
                                return narrow(c, scaled.add(Scalar.of(a.mean())));
                            }
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    /** {@code -log(1 - u) / lambd}. */
    private static OperatorDefinition exponential() {
        return OperatorDefinition.of(
                        Schemas.EXPONENTIAL,
                        m -> {
                            double lambd = m.attributes(ExponentialAttributes.class).lambd();
                            if (!(lambd > 0)) {
                                throw m.error(
                                        "argument 'lambd' is " + lambd + ", must be positive");
                            }
                            floating(m);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(ExponentialAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor u =
                                        t.keep(wide(c, RandomOp.UNIFORM, c.dtype(), a.generator()));
                                Tensor rest = t.keep(t.keep(u.neg()).add(1L));
                                Tensor log = t.keep(rest.log());
                                return narrow(c, log.div(Scalar.of(-a.lambd())));
                            }
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    /** 1 where the f32 uniform is below the element; elements are probabilities. */
    private static OperatorDefinition bernoulli() {
        return OperatorDefinition.of(Schemas.BERNOULLI, m -> floating(m))
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(BernoulliAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor u =
                                        t.keep(wide(c, RandomOp.UNIFORM, DType.F32, a.generator()));
                                Tensor hit = t.keep(u.lt(Inputs.get(inputs, 0)));
                                return hit.to(c.outputDType(0));
                            }
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }

    /**
     * The order that sorts one word for each position, stably: of two orders with the same words
     * the first; their chance is below n squared over 2 to the 33rd.
     */
    private static OperatorDefinition randperm() {
        return OperatorDefinition.of(
                        Schemas.RANDPERM,
                        m -> {
                            RandpermAttributes a = m.attributes(RandpermAttributes.class);
                            if (a.n() < 0) {
                                throw m.error(
                                        "argument 'n' is " + a.n() + ", must not be negative");
                            }
                            if (a.dtype() == DType.BOOL) {
                                throw m.error("is not defined for bool; choose another dtype");
                            }
                            m.compute(DType.I64);
                            m.output(a.dtype(), a.n());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            RandpermAttributes a = c.attributes(RandpermAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor words =
                                        t.keep(
                                                c.random(
                                                        RandomOp.INTEGER,
                                                        DType.I64,
                                                        a.n(),
                                                        a.generator(),
                                                        0,
                                                        1L << 32,
                                                        0.5));
                                Tensor[] sorted = c.sort(t.keep(words.view(1, a.n(), 1)), false);
                                t.keep(sorted[0]);
                                Tensor order = t.keep(t.keep(sorted[1]).view(a.n()));
                                return order.dtype() == a.dtype()
                                        ? order.detach()
                                        : order.to(a.dtype());
                            }
                        })
                .notDifferentiable();
    }
}
