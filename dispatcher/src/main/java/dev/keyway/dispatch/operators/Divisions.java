// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.DivScalarModeAttributes;
import dev.keyway.attributes.DivTensorModeAttributes;
import dev.keyway.attributes.FloorDivideScalarAttributes;
import dev.keyway.attributes.FmodScalarAttributes;
import dev.keyway.attributes.RsubScalarAttributes;
import dev.keyway.attributes.RsubTensorAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Quotients with a rounding mode, remainders, and differences the other way round. */
@AutoService(OperatorFamily.class)
public final class Divisions implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                divMode(),
                divScalarMode(),
                withScalar(
                                Schemas.FLOOR_DIVIDE_SCALAR,
                                BinaryOp.FLOOR_DIVIDE,
                                a -> ((FloorDivideScalarAttributes) a).other())
                        .notDifferentiable(),
                OperatorDefinition.of(Schemas.FMOD_TENSOR, Metas.binary(BinaryOp.FMOD, null))
                        .lower(Lowering.binary(BinaryOp.FMOD))
                        .gradient(Saved.inputs(0, 1), Divisions::fmodGradient),
                withScalar(
                                Schemas.FMOD_SCALAR,
                                BinaryOp.FMOD,
                                a -> ((FmodScalarAttributes) a).other())
                        .gradient(Saved.NOTHING, g -> g.set(0, g.grad())),
                rsub(),
                rsubScalar());
    }

    private static OperatorDefinition withScalar(
            OperatorSchema schema, BinaryOp opcode, Function<Attributes, Scalar> scalar) {
        return OperatorDefinition.of(
                        schema, Metas.binary(opcode, m -> scalar.apply(m.attributes())))
                .lower(Lowering.binary(opcode).withScalar(scalar));
    }

    private static void check(MetaContext m, @Nullable String mode) {
        if (mode != null && !mode.equals("floor") && !mode.equals("trunc")) {
            throw m.error(
                    "argument 'rounding_mode' is '"
                            + mode
                            + "', expected 'floor', 'trunc' or null for the exact quotient");
        }
    }

    private static BinaryOp opcode(@Nullable String mode) {
        return mode == null
                ? BinaryOp.DIV
                : mode.equals("floor") ? BinaryOp.FLOOR_DIVIDE : BinaryOp.TRUNC_DIVIDE;
    }

    private static void infer(MetaContext m, @Nullable String mode, @Nullable Scalar scalar) {
        check(m, mode);
        DType dtype = m.promote(scalar);
        boolean whole = mode != null && dtype.isFloating();
        BinaryOp checked = whole ? BinaryOp.DIV : opcode(mode);
        if (scalar == null) {
            Metas.binary(checked, null).infer(m);
        } else {
            Scalar number = scalar;
            Metas.binary(checked, c -> number).infer(m);
        }
    }

    private static boolean truncates(@Nullable String mode) {
        return "trunc".equals(mode);
    }

    private static OperatorDefinition divMode() {
        return OperatorDefinition.of(
                        Schemas.DIV_TENSOR_MODE,
                        m ->
                                infer(
                                        m,
                                        m.attributes(DivTensorModeAttributes.class).roundingMode(),
                                        null))
                .lower(
                        Lowering.binary(BinaryOp.TRUNC_DIVIDE)
                                .only(a -> truncates(((DivTensorModeAttributes) a).roundingMode())))
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    String mode =
                                            c.attributes(DivTensorModeAttributes.class)
                                                    .roundingMode();
                                    return mode == null
                                            ? x[0].div(x[1])
                                            : truncates(mode)
                                                    ? t.keep(x[0].div(x[1])).trunc()
                                                    : floor(c, () -> x[0].floorDivide(x[1]));
                                }))
                .gradient(Saved.inputs(0, 1), Divisions::divGradient);
    }

    /** A division by zero names the operator that was called. */
    private static Tensor floor(CompositeContext c, Supplier<Tensor> quotient) {
        try {
            return quotient.get();
        } catch (ArgumentException e) {
            throw c.error(String.valueOf(e.getMessage()));
        }
    }

    private static void divGradient(GradientContext g) {
        if (g.attributes(DivTensorModeAttributes.class).roundingMode() != null) {
            Formulas.zero(g);
            return;
        }
        try (Temporaries t = new Temporaries()) {
            Tensor quotient = g.grad().div(g.input(1));
            if (g.needs(1)) {
                Tensor ratio = t.keep(g.input(0).div(g.input(1)));
                g.set(1, t.keep(quotient.mul(ratio)).neg());
            }
            g.set(0, quotient);
        }
    }

    private static OperatorDefinition divScalarMode() {
        Function<Attributes, Scalar> other = a -> ((DivScalarModeAttributes) a).other();
        return OperatorDefinition.of(
                        Schemas.DIV_SCALAR_MODE,
                        m -> {
                            DivScalarModeAttributes a = m.attributes(DivScalarModeAttributes.class);
                            infer(m, a.roundingMode(), a.other());
                        })
                .lower(
                        Lowering.binary(BinaryOp.TRUNC_DIVIDE)
                                .withScalar(other)
                                .only(a -> truncates(((DivScalarModeAttributes) a).roundingMode())))
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    DivScalarModeAttributes a =
                                            c.attributes(DivScalarModeAttributes.class);
                                    return a.roundingMode() == null
                                            ? x[0].div(a.other())
                                            : truncates(a.roundingMode())
                                                    ? t.keep(x[0].div(a.other())).trunc()
                                                    : floor(c, () -> x[0].floorDivide(a.other()));
                                }))
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            DivScalarModeAttributes a = g.attributes(DivScalarModeAttributes.class);
                            g.set(
                                    0,
                                    a.roundingMode() == null
                                            ? g.grad().div(a.other())
                                            : Ops.zerosLike(g.grad()));
                        });
    }

    /** {@code self - other * trunc(self / other)}. */
    private static void fmodGradient(GradientContext g) {
        g.set(0, g.grad());
        if (g.needs(1)) {
            try (Temporaries t = new Temporaries()) {
                // In one step: a quotient that is rounded to f16 may reach the next whole number.
                Tensor quotient = t.keep(g.input(0).div(g.input(1), "trunc"));
                g.set(1, t.keep(g.grad().mul(quotient)).neg());
            }
        }
    }

    private static OperatorDefinition rsub() {
        return OperatorDefinition.of(Schemas.RSUB_TENSOR, Metas.binary(BinaryOp.SUB, null))
                .compositeSingle(
                        (c, inputs) ->
                                Ops.sub(
                                        Inputs.get(inputs, 1),
                                        Inputs.get(inputs, 0),
                                        c.attributes(RsubTensorAttributes.class).alpha()));
    }

    private static OperatorDefinition rsubScalar() {
        return OperatorDefinition.of(
                        Schemas.RSUB_SCALAR,
                        Metas.binary(
                                BinaryOp.SUB,
                                m -> m.attributes(RsubScalarAttributes.class).other()))
                .compositeSingle(
                        (c, inputs) -> {
                            RsubScalarAttributes a = c.attributes(RsubScalarAttributes.class);
                            try (Tensor number = c.empty(c.outputDType(0))) {
                                c.fill(number, a.other());
                                return Ops.sub(number, Inputs.get(inputs, 0), a.alpha());
                            }
                        });
    }
}
