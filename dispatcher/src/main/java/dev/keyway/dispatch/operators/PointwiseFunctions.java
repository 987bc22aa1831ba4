// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.Gradient;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.Meta;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.UnaryOp;
import java.util.List;

/** Functions of one tensor. */
@AutoService(OperatorFamily.class)
public final class PointwiseFunctions implements OperatorFamily {
    private static final Saved INPUT = Saved.inputs(0);
    private static final Saved OUTPUT = Saved.outputs(0);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                of(Schemas.NEG, UnaryOp.NEG, Saved.NOTHING, g -> g.set(0, g.grad().neg())),
                of(Schemas.ABS, UnaryOp.ABS, INPUT, PointwiseFunctions::absolute),
                OperatorDefinition.of(Schemas.SIGN, Metas.SAME)
                        .lower(Lowering.unary(UnaryOp.SIGN))
                        .gradient(Saved.NOTHING, Formulas::zero),
                of(Schemas.EXP, UnaryOp.EXP, OUTPUT, g -> g.set(0, g.grad().mul(g.output(0)))),
                of(Schemas.LOG, UnaryOp.LOG, INPUT, g -> g.set(0, g.grad().div(g.input(0)))),
                of(Schemas.SQRT, UnaryOp.SQRT, OUTPUT, PointwiseFunctions::squareRoot),
                of(Schemas.RSQRT, UnaryOp.RSQRT, OUTPUT, PointwiseFunctions::reciprocalRoot),
                of(Schemas.RECIPROCAL, UnaryOp.RECIPROCAL, OUTPUT, PointwiseFunctions::reciprocal),
                of(Schemas.SIN, UnaryOp.SIN, INPUT, PointwiseFunctions::sine),
                of(Schemas.COS, UnaryOp.COS, INPUT, PointwiseFunctions::cosine),
                of(Schemas.TANH, UnaryOp.TANH, OUTPUT, PointwiseFunctions::hyperbolicTangent),
                of(Schemas.SIGMOID, UnaryOp.SIGMOID, OUTPUT, PointwiseFunctions::logistic),
                of(Schemas.RELU, UnaryOp.RELU, OUTPUT, PointwiseFunctions::rectifier),
                of(Schemas.FLOOR, UnaryOp.FLOOR, Saved.NOTHING, g -> g.set(0, g.grad().mul(0L))),
                of(Schemas.CEIL, UnaryOp.CEIL, Saved.NOTHING, g -> g.set(0, g.grad().mul(0L))),
                of(Schemas.ROUND, UnaryOp.ROUND, Saved.NOTHING, g -> g.set(0, g.grad().mul(0L))),
                square(),
                bitwiseNot(),
                logicalNot());
    }

    private static OperatorDefinition of(
            OperatorSchema schema, UnaryOp opcode, Saved saved, Gradient gradient) {
        Meta meta = opcode.isIntegral() ? Metas.NUMERIC : Metas.FLOATING;
        return OperatorDefinition.of(schema, meta)
                .lower(Lowering.unary(opcode))
                .gradient(saved, gradient);
    }

    private static OperatorDefinition square() {
        return OperatorDefinition.of(
                        Schemas.SQUARE,
                        m -> {
                            DType dtype = m.promote(Scalar.of(2L));
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        })
                .composite(Formulas.wide((c, x, t) -> x[0].mul(x[0])))
                .gradient(
                        INPUT,
                        g -> {
                            try (Tensor twice = g.input(0).mul(2L)) {
                                g.set(0, g.grad().mul(twice));
                            }
                        });
    }

    private static OperatorDefinition bitwiseNot() {
        return OperatorDefinition.of(
                        Schemas.BITWISE_NOT,
                        m -> {
                            if (m.input(0).dtype().isFloating()) {
                                throw m.error(
                                        "argument 'self' is "
                                                + m.input(0).dtype()
                                                + "; integers or bool are expected");
                            }
                            Metas.SAME.infer(m);
                        })
                .lower(Lowering.unary(UnaryOp.BITWISE_NOT));
    }

    private static OperatorDefinition logicalNot() {
        return OperatorDefinition.of(
                        Schemas.LOGICAL_NOT,
                        m -> {
                            m.compute(Metas.wide(m.input(0).dtype()));
                            m.outputLike(0, DType.BOOL);
                        })
                .compositeSingle((context, inputs) -> Inputs.get(inputs, 0).eq(0L))
                .notDifferentiable();
    }

    private static void absolute(GradientContext g) {
        try (Tensor sign = g.input(0).sign()) {
            g.set(0, g.grad().mul(sign));
        }
    }

    private static void squareRoot(GradientContext g) {
        try (Tensor twice = g.output(0).mul(2L)) {
            g.set(0, g.grad().div(twice));
        }
    }

    private static void reciprocalRoot(GradientContext g) {
        try (Tensor cube = g.output(0).pow(3L);
                Tensor slope = cube.mul(-0.5)) {
            g.set(0, g.grad().mul(slope));
        }
    }

    private static void reciprocal(GradientContext g) {
        try (Tensor square = g.output(0).square();
                Tensor slope = square.neg()) {
            g.set(0, g.grad().mul(slope));
        }
    }

    private static void sine(GradientContext g) {
        try (Tensor cos = g.input(0).cos()) {
            g.set(0, g.grad().mul(cos));
        }
    }

    private static void cosine(GradientContext g) {
        try (Tensor sin = g.input(0).sin();
                Tensor slope = sin.neg()) {
            g.set(0, g.grad().mul(slope));
        }
    }

    private static void hyperbolicTangent(GradientContext g) {
        g.set(0, Ops.tanhBackward(g.grad(), g.output(0)));
    }

    private static void logistic(GradientContext g) {
        g.set(0, Ops.sigmoidBackward(g.grad(), g.output(0)));
    }

    private static void rectifier(GradientContext g) {
        g.set(0, Ops.thresholdBackward(g.grad(), g.output(0), Scalar.ZERO));
    }
}
