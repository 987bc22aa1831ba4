// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ArangeAttributes;
import dev.keyway.attributes.BernoulliPAttributes;
import dev.keyway.attributes.EmptyAttributes;
import dev.keyway.attributes.FullAttributes;
import dev.keyway.attributes.FullLikeAttributes;
import dev.keyway.attributes.OnesAttributes;
import dev.keyway.attributes.RandAttributes;
import dev.keyway.attributes.RandintAttributes;
import dev.keyway.attributes.RandnAttributes;
import dev.keyway.attributes.ZerosAttributes;
import dev.keyway.dispatch.OneResult;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.Meta;
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

/** Factories: constants, ranges, random numbers. */
@AutoService(OperatorFamily.class)
public final class Creation implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(
                                Schemas.EMPTY,
                                m -> {
                                    EmptyAttributes a = m.attributes(EmptyAttributes.class);
                                    shape(m, a.dtype(), a.size());
                                })
                        .composite(
                                new OneResult(
                                        (c, inputs) -> c.empty(c.outputDType(0), c.outputSizes(0))))
                        .notDifferentiable(),
                constant(
                        Schemas.FULL,
                        FullAttributes.class,
                        FullAttributes::dtype,
                        FullAttributes::size,
                        FullAttributes::fillValue),
                constant(
                        Schemas.ZEROS,
                        ZerosAttributes.class,
                        ZerosAttributes::dtype,
                        ZerosAttributes::size,
                        a -> Scalar.ZERO),
                constant(
                        Schemas.ONES,
                        OnesAttributes.class,
                        OnesAttributes::dtype,
                        OnesAttributes::size,
                        a -> Scalar.ONE),
                like(Schemas.ZEROS_LIKE, c -> Scalar.ZERO),
                like(Schemas.ONES_LIKE, c -> Scalar.ONE),
                like(Schemas.FULL_LIKE, c -> c.attributes(FullLikeAttributes.class).fillValue()),
                arange(),
                random(
                        Schemas.RAND,
                        RandAttributes.class,
                        a -> new Draw(RandomOp.UNIFORM, a.dtype(), a.size(), a.generator(), 0, 1)),
                random(
                        Schemas.RANDN,
                        RandnAttributes.class,
                        a -> new Draw(RandomOp.NORMAL, a.dtype(), a.size(), a.generator(), 0, 1)),
                random(
                        Schemas.RANDINT,
                        RandintAttributes.class,
                        a ->
                                new Draw(
                                        RandomOp.INTEGER,
                                        a.dtype(),
                                        a.size(),
                                        a.generator(),
                                        a.low(),
                                        a.high())),
                bernoulli());
    }

    record Draw(
            RandomOp opcode,
            DType dtype,
            long[] size,
            @Nullable Generator generator,
            long from,
            long to) {}

    private static void shape(MetaContext m, DType dtype, long[] size) {
        m.compute(dtype);
        m.output(dtype, size.clone());
    }

    private static <A extends dev.keyway.Attributes> OperatorDefinition constant(
            OperatorSchema schema,
            Class<A> type,
            Function<A, DType> dtype,
            Function<A, long[]> size,
            Function<A, Scalar> value) {
        Meta meta =
                m -> {
                    A a = m.attributes(type);
                    shape(m, dtype.apply(a), size.apply(a));
                };
        return OperatorDefinition.of(schema, meta)
                .composite(
                        new OneResult(
                                (c, inputs) ->
                                        c.fill(
                                                c.empty(c.outputDType(0), c.outputSizes(0)),
                                                value.apply(c.attributes(type)))))
                .notDifferentiable();
    }

    private static OperatorDefinition like(
            OperatorSchema schema, Function<CompositeContext, Scalar> value) {
        Meta meta =
                m -> {
                    m.compute(m.input(0).dtype());
                    m.outputLike(0, m.input(0).dtype());
                };
        return OperatorDefinition.of(schema, meta)
                .composite(
                        new OneResult(
                                (c, inputs) ->
                                        c.fill(
                                                c.empty(c.outputDType(0), c.outputSizes(0)),
                                                value.apply(c))))
                .notDifferentiable();
    }

    private static OperatorDefinition arange() {
        return OperatorDefinition.of(
                        Schemas.ARANGE,
                        m -> {
                            ArangeAttributes a = m.attributes(ArangeAttributes.class);
                            m.compute(Metas.wide(a.dtype()));
                            m.output(a.dtype(), count(m, a));
                        })
                .composite(
                        new OneResult(
                                (c, inputs) -> {
                                    ArangeAttributes a = c.attributes(ArangeAttributes.class);
                                    long count = c.outputSizes(0)[0];
                                    Tensor wide = c.arange(c.dtype(), a.start(), a.step(), count);
                                    return converted(wide, c.outputDType(0));
                                }))
                .notDifferentiable();
    }

    static Tensor converted(Tensor tensor, DType dtype) {
        if (tensor.dtype() == dtype) {
            return tensor;
        }
        try (tensor) {
            return tensor.to(dtype);
        }
    }

    private static long count(MetaContext m, ArangeAttributes a) {
        double step = a.step().doubleValue();
        double span = a.end().doubleValue() - a.start().doubleValue();
        if (step == 0 || span / step < 0) {
            throw m.error(
                    "from "
                            + a.start()
                            + " to "
                            + a.end()
                            + " in steps of "
                            + a.step()
                            + ": the step must lead from start to end");
        }
        return (long) Math.ceil(span / step);
    }

    private static <A extends dev.keyway.Attributes> OperatorDefinition random(
            OperatorSchema schema, Class<A> type, Function<A, Draw> read) {
        Meta meta =
                m -> {
                    Draw draw = read.apply(m.attributes(type));
                    if (draw.from >= draw.to) {
                        throw m.error("low " + draw.from + " must be below high " + draw.to);
                    }
                    if (draw.opcode == RandomOp.INTEGER) {
                        holds(m, draw.dtype, draw.from, draw.to);
                    }
                    if (draw.opcode != RandomOp.INTEGER && !draw.dtype.isFloating()) {
                        throw m.error("dtype " + draw.dtype + " is not floating");
                    }
                    m.compute(Metas.wide(draw.dtype));
                    m.output(draw.dtype, draw.size.clone());
                };
        return OperatorDefinition.of(schema, meta)
                .composite(
                        new OneResult((c, inputs) -> draw(c, read.apply(c.attributes(type)), 0.5)))
                .notDifferentiable();
    }

    /** Fails unless the dtype holds the integers in [from, to). */
    static void holds(MetaContext m, DType dtype, long from, long to) {
        long low =
                switch (dtype) {
                    case BOOL, U8 -> 0;
                    case I8 -> Byte.MIN_VALUE;
                    case I16 -> Short.MIN_VALUE;
                    case I32 -> Integer.MIN_VALUE;
                    case F16 -> -65504;
                    default -> Long.MIN_VALUE;
                };
        long high =
                switch (dtype) {
                    case BOOL -> 1;
                    case U8 -> 255;
                    case F16 -> 65504;
                    default -> -(low + 1);
                };
        if (from < low || to - 1 > high) {
            throw m.error(
                    "integers from "
                            + from
                            + " to below "
                            + to
                            + " do not fit in dtype "
                            + dtype
                            + ", which goes from "
                            + low
                            + " to "
                            + high
                            + "; choose a wider one");
        }
    }

    /** Random numbers in the result's shape and dtype. */
    static Tensor draw(CompositeContext c, Draw draw, double probability) {
        long numel = Metas.product(c.outputSizes(0));
        Tensor flat =
                c.random(
                        draw.opcode,
                        c.dtype(),
                        numel,
                        draw.generator,
                        draw.from,
                        draw.to,
                        probability);
        try (Tensor narrow = converted(flat, c.outputDType(0))) {
            try (Tensor shaped = narrow.view(c.outputSizes(0))) {
                return shaped.detach();
            }
        }
    }

    private static OperatorDefinition bernoulli() {
        return OperatorDefinition.of(
                        Schemas.BERNOULLI_P,
                        m -> {
                            double p = m.attributes(BernoulliPAttributes.class).p();
                            if (!(p >= 0 && p <= 1)) {
                                throw m.error("argument 'p' is " + p + ", expected from 0 to 1");
                            }
                            m.compute(Metas.wide(m.input(0).dtype()));
                            m.outputLike(0, m.input(0).dtype());
                        })
                .composite(
                        new OneResult(
                                (c, inputs) -> {
                                    BernoulliPAttributes a =
                                            c.attributes(BernoulliPAttributes.class);
                                    DType dtype = c.outputDType(0);
                                    Draw draw =
                                            new Draw(
                                                    RandomOp.BERNOULLI,
                                                    dtype,
                                                    c.outputSizes(0),
                                                    a.generator(),
                                                    0,
                                                    1);
                                    return draw(c, draw, a.p());
                                }))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(0L)));
    }
}
