// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddScalarAttributes;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.attributes.DivScalarAttributes;
import dev.keyway.attributes.MulScalarAttributes;
import dev.keyway.attributes.PowScalarAttributes;
import dev.keyway.attributes.RemainderScalarAttributes;
import dev.keyway.attributes.SubScalarAttributes;
import dev.keyway.attributes.SubTensorAttributes;
import dev.keyway.operator.Composite;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.List;
import java.util.function.Function;

/** Sums, products, quotients, powers. */
@AutoService(OperatorFamily.class)
public final class PointwiseArithmetic implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                add(),
                addScalar(),
                sub(),
                subScalar(),
                mul(),
                mulScalar(),
                div(),
                divScalar(),
                floorDivide(),
                remainder(),
                remainderScalar(),
                pow(),
                powScalar(),
                extreme(Schemas.MAXIMUM, BinaryOp.MAXIMUM),
                extreme(Schemas.MINIMUM, BinaryOp.MINIMUM),
                plain(Schemas.BITWISE_AND_TENSOR, BinaryOp.BITWISE_AND),
                plain(Schemas.BITWISE_OR_TENSOR, BinaryOp.BITWISE_OR),
                plain(Schemas.BITWISE_XOR_TENSOR, BinaryOp.BITWISE_XOR));
    }

    private static OperatorDefinition plain(OperatorSchema schema, BinaryOp opcode) {
        return OperatorDefinition.of(schema, Metas.binary(opcode, null))
                .lower(Lowering.binary(opcode));
    }

    private static OperatorDefinition withScalar(
            OperatorSchema schema, BinaryOp opcode, Function<Attributes, Scalar> scalar) {
        return OperatorDefinition.of(
                        schema, Metas.binary(opcode, m -> scalar.apply(m.attributes())))
                .lower(Lowering.binary(opcode).withScalar(scalar));
    }

    private static boolean isOne(Scalar scalar) {
        return scalar.doubleValue() == 1.0;
    }

    private static Scalar negated(Scalar scalar) {
        return scalar.dtype().isFloating()
                ? Scalar.of(-scalar.doubleValue())
                : Scalar.of(-scalar.longValue());
    }

    /** {@code self + alpha * other} with a temporary. */
    private static Composite scaled(Function<Attributes, Scalar> alpha, boolean minus) {
        return Formulas.wide(
                (context, x, t) -> {
                    Tensor scaled = t.keep(x[1].mul(alpha.apply(context.attributes())));
                    return minus ? x[0].sub(scaled) : x[0].add(scaled);
                });
    }

    private static OperatorDefinition add() {
        Function<Attributes, Scalar> alpha = a -> ((AddTensorAttributes) a).alpha();
        return plain(Schemas.ADD_TENSOR, BinaryOp.ADD)
                .lower(Lowering.binary(BinaryOp.ADD).only(a -> isOne(alpha.apply(a))))
                .composite(scaled(alpha, false))
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            g.set(0, g.grad());
                            if (g.needs(1)) {
                                Scalar factor = alpha.apply(g.attributes());
                                g.set(1, isOne(factor) ? g.grad() : g.grad().mul(factor));
                            }
                        });
    }

    private static OperatorDefinition sub() {
        Function<Attributes, Scalar> alpha = a -> ((SubTensorAttributes) a).alpha();
        return plain(Schemas.SUB_TENSOR, BinaryOp.SUB)
                .lower(Lowering.binary(BinaryOp.SUB).only(a -> isOne(alpha.apply(a))))
                .composite(scaled(alpha, true))
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            g.set(0, g.grad());
                            if (g.needs(1)) {
                                g.set(1, g.grad().mul(negated(alpha.apply(g.attributes()))));
                            }
                        });
    }

    private static Scalar times(Scalar a, Scalar b) {
        return a.dtype().isFloating() || b.dtype().isFloating()
                ? Scalar.of(a.doubleValue() * b.doubleValue())
                : Scalar.of(a.longValue() * b.longValue());
    }

    private static OperatorDefinition addScalar() {
        return withScalar(
                        Schemas.ADD_SCALAR,
                        BinaryOp.ADD,
                        a -> {
                            AddScalarAttributes given = (AddScalarAttributes) a;
                            return isOne(given.alpha())
                                    ? given.other()
                                    : times(given.other(), given.alpha());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static OperatorDefinition subScalar() {
        return withScalar(
                        Schemas.SUB_SCALAR,
                        BinaryOp.SUB,
                        a -> {
                            SubScalarAttributes given = (SubScalarAttributes) a;
                            return isOne(given.alpha())
                                    ? given.other()
                                    : times(given.other(), given.alpha());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static OperatorDefinition mul() {
        return plain(Schemas.MUL_TENSOR, BinaryOp.MUL)
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            if (g.needs(0)) {
                                g.set(0, g.grad().mul(g.input(1)));
                            }
                            if (g.needs(1)) {
                                g.set(1, g.grad().mul(g.input(0)));
                            }
                        });
    }

    private static OperatorDefinition mulScalar() {
        return withScalar(Schemas.MUL_SCALAR, BinaryOp.MUL, a -> ((MulScalarAttributes) a).other())
                .gradient(
                        Saved.NOTHING,
                        g ->
                                g.set(
                                        0,
                                        g.grad()
                                                .mul(
                                                        g.attributes(MulScalarAttributes.class)
                                                                .other())));
    }

    private static OperatorDefinition div() {
        return plain(Schemas.DIV_TENSOR, BinaryOp.DIV)
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            Tensor quotient = g.grad().div(g.input(1));
                            if (g.needs(1)) {
                                try (Tensor ratio = g.input(0).div(g.input(1));
                                        Tensor product = quotient.mul(ratio)) {
                                    g.set(1, product.neg());
                                }
                            }
                            g.set(0, quotient);
                        });
    }

    private static OperatorDefinition divScalar() {
        return withScalar(Schemas.DIV_SCALAR, BinaryOp.DIV, a -> ((DivScalarAttributes) a).other())
                .gradient(
                        Saved.NOTHING,
                        g ->
                                g.set(
                                        0,
                                        g.grad()
                                                .div(
                                                        g.attributes(DivScalarAttributes.class)
                                                                .other())));
    }

    private static OperatorDefinition floorDivide() {
        return plain(Schemas.FLOOR_DIVIDE_TENSOR, BinaryOp.FLOOR_DIVIDE).notDifferentiable();
    }

    private static OperatorDefinition remainder() {
        return plain(Schemas.REMAINDER_TENSOR, BinaryOp.REMAINDER)
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            g.set(0, g.grad());
                            if (g.needs(1)) {
                                try (Tensor quotient = g.input(0).floorDivide(g.input(1));
                                        Tensor product = g.grad().mul(quotient)) {
                                    g.set(1, product.neg());
                                }
                            }
                        });
    }

    private static OperatorDefinition remainderScalar() {
        return withScalar(
                        Schemas.REMAINDER_SCALAR,
                        BinaryOp.REMAINDER,
                        a -> ((RemainderScalarAttributes) a).other())
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static OperatorDefinition pow() {
        return plain(Schemas.POW_TENSOR, BinaryOp.POW)
                .gradient(
                        Saved.inputs(0, 1).andOutputs(0),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor self = t.wide(g.input(0));
                                Tensor exponent = t.wide(g.input(1));
                                if (g.needs(0)) {
                                    Tensor power = t.keep(self.pow(t.keep(exponent.sub(1L))));
                                    g.set(0, g.grad().mul(t.keep(power.mul(exponent))));
                                }
                                if (g.needs(1)) {
                                    Tensor slope =
                                            t.keep(t.wide(g.output(0)).mul(t.keep(self.log())));
                                    g.set(1, g.grad().mul(slope));
                                }
                            }
                        });
    }

    private static OperatorDefinition powScalar() {
        return withScalar(
                        Schemas.POW_SCALAR, BinaryOp.POW, a -> ((PowScalarAttributes) a).exponent())
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            Scalar exponent = g.attributes(PowScalarAttributes.class).exponent();
                            if (exponent.doubleValue() == 0.0) {
                                g.set(0, g.grad().mul(0L));
                                return;
                            }
                            Scalar less =
                                    exponent.dtype().isFloating()
                                            ? Scalar.of(exponent.doubleValue() - 1)
                                            : Scalar.of(exponent.longValue() - 1);
                            try (Temporaries t = new Temporaries()) {
                                Tensor power = t.keep(t.wide(g.input(0)).pow(less));
                                g.set(0, g.grad().mul(t.keep(power.mul(exponent))));
                            }
                        });
    }

    /** Of equal arguments each gets half of the gradient. */
    private static OperatorDefinition extreme(OperatorSchema schema, BinaryOp opcode) {
        boolean larger = opcode == BinaryOp.MAXIMUM;
        return plain(schema, opcode)
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            try (Tensor equal = g.input(0).eq(g.input(1));
                                    Tensor half = g.grad().div(2.0);
                                    Tensor shared = half.mul(equal);
                                    Tensor above = g.input(0).gt(g.input(1));
                                    Tensor below = g.input(0).lt(g.input(1));
                                    Tensor left = g.grad().mul(larger ? above : below);
                                    Tensor right = g.grad().mul(larger ? below : above)) {
                                g.set(0, g.needs(0) ? left.add(shared) : null);
                                g.set(1, g.needs(1) ? right.add(shared) : null);
                            }
                        });
    }
}
