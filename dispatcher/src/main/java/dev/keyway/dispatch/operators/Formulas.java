// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.Gradient;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Meta;
import dev.keyway.operator.MetaContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pointwise formulas of several steps that are computed in the compute dtype and rounded to the
 * result's dtype once: halves in f32, small integers in i32.
 */
final class Formulas {
    private Formulas() {}

    /** A formula over the inputs in the compute dtype; its result is new. */
    @FunctionalInterface
    interface Formula {
        /** The result; temporaries are closed by the caller. */
        Tensor apply(CompositeContext context, Tensor[] inputs, Temporaries t);
    }

    /** The derivative of a function of one tensor; its result is new. */
    @FunctionalInterface
    interface Slope {
        /** From the function's argument or result; temporaries are closed by the caller. */
        Tensor apply(Tensor x, Temporaries t);
    }

    /** The composite that computes the formula wide. */
    static Composite wide(Formula formula) {
        return Composite.of(
                (context, inputs) -> {
                    try (Temporaries t = new Temporaries()) {
                        Tensor[] wide = new Tensor[inputs.length];
                        for (int i = 0; i < wide.length; i++) {
                            wide[i] = t.converted(Inputs.get(inputs, i), context.dtype());
                        }
                        Tensor result = formula.apply(context, wide, t);
                        DType dtype = context.outputDType(0);
                        return result.dtype() == dtype ? result : t.keep(result).to(dtype);
                    }
                });
    }

    /** The gradient times the slope at the saved input. */
    static Gradient ofInput(Slope slope) {
        return g -> times(g, g.input(0), slope);
    }

    /** The gradient times the slope in terms of the saved result. */
    static Gradient ofOutput(Slope slope) {
        return g -> times(g, g.output(0), slope);
    }

    private static void times(GradientContext g, Tensor saved, Slope slope) {
        try (Temporaries t = new Temporaries()) {
            g.set(0, g.grad().mul(t.keep(slope.apply(t.wide(saved), t))));
        }
    }

    /** The gradient of a function that is constant between jumps. */
    static void zero(GradientContext g) {
        for (int i = 0; i < g.inputCount(); i++) {
            if (g.needs(i)) {
                g.set(i, Ops.zerosLike(g.grad()));
            }
        }
    }

    /** The gradient where the mask holds goes to the first input, else to the second. */
    static void share(GradientContext g, Tensor mask, Temporaries t) {
        Tensor zero = t.keep(Ops.zerosLike(g.grad()));
        g.set(0, g.needs(0) ? Ops.where(mask, g.grad(), zero) : null);
        g.set(1, g.needs(1) ? Ops.where(mask, zero, g.grad()) : null);
    }

    /** A number as a tensor without dimensions. */
    static Tensor number(CompositeContext context, DType dtype, double value) {
        return context.fill(context.empty(dtype), Scalar.of(value));
    }

    /** Fails unless the dtype is floating. */
    static DType floating(MetaContext m, DType dtype) {
        if (!dtype.isFloating()) {
            throw m.error(
                    "is not defined for "
                            + dtype
                            + "; floating-point numbers are expected, convert with to(dtype)");
        }
        return dtype;
    }

    /** A pointwise function of floating tensors only. */
    static final Meta FLOATING_ONLY =
            m -> {
                DType dtype = floating(m, m.promote(null));
                m.compute(Metas.wide(dtype));
                m.outputBroadcast(dtype);
            };

    /** A pointwise function of tensors and perhaps a number with floating results. */
    static Meta floatingResult(@Nullable Function<MetaContext, Scalar> scalar) {
        return m -> {
            DType dtype = Metas.floating(m.promote(scalar == null ? null : scalar.apply(m)));
            m.compute(Metas.wide(dtype));
            m.outputBroadcast(dtype);
        };
    }

    /** A test of each element. */
    static final Meta TEST =
            m -> {
                m.compute(Metas.wide(m.promote(null)));
                m.outputBroadcast(DType.BOOL);
            };

    /** Fails unless all tensors have one dtype. */
    static void sameDType(MetaContext m, int other, String name) {
        DType expected = m.input(0).dtype();
        if (m.input(other).dtype() != expected) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + m.input(other).dtype()
                            + ", expected "
                            + expected
                            + " as 'self' has; convert with to(dtype)");
        }
    }
}
