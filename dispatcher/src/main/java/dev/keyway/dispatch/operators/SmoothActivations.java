// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.GeluAttributes;
import dev.keyway.attributes.GluAttributes;
import dev.keyway.attributes.SoftplusAttributes;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.UnaryOp;
import java.util.Arrays;
import java.util.List;

/** Activation functions without a kink. */
@AutoService(OperatorFamily.class)
public final class SmoothActivations implements OperatorFamily {
    private static final double CUBE = 0.044715;
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(gelu(), silu(), mish(), softplus(), softsign(), logSigmoid(), glu());
    }

    private static OperatorDefinition gelu() {
        return OperatorDefinition.of(
                        Schemas.GELU,
                        m -> {
                            check(m, m.attributes(GeluAttributes.class).approximate());
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .lower(
                        Lowering.unary(UnaryOp.GELU)
                                .only(a -> ((GeluAttributes) a).approximate().equals("none")))
                .composite(Formulas.wide((c, x, t) -> x[0].mul(t.keep(gate(x[0], t).sigmoid()))))
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            String approximate = g.attributes(GeluAttributes.class).approximate();
                            g.set(0, Ops.geluBackward(g.grad(), g.input(0), approximate));
                        });
    }

    static void check(MetaContext m, String approximate) {
        if (!approximate.equals("none") && !approximate.equals("tanh")) {
            throw m.error(
                    "argument 'approximate' is '" + approximate + "', expected 'none' or 'tanh'");
        }
    }

    /** {@code sqrt(8/pi) (x + 0.044715 x^3)}: {@code 1 + tanh(y)} is {@code 2 sigmoid(2 y)}. */
    static Tensor gate(Tensor x, Temporaries t) {
        Tensor square = t.keep(t.keep(x.square()).mul(CUBE));
        return t.keep(t.keep(x.mul(t.keep(square.add(1L)))).mul(2 * ROOT_2_OVER_PI));
    }

    private static OperatorDefinition silu() {
        return OperatorDefinition.of(Schemas.SILU, Formulas.FLOATING_ONLY)
                .lower(Lowering.unary(UnaryOp.SILU))
                .gradient(Saved.inputs(0), g -> g.set(0, Ops.siluBackward(g.grad(), g.input(0))));
    }

    /**
     * {@code x tanh(log(1 + e^x))}, which is {@code x n / (n + 2)} with {@code n = e^x (e^x + 2)};
     * from 20 on the factor is 1 to all digits of f64.
     */
    private static OperatorDefinition mish() {
        return OperatorDefinition.of(Schemas.MISH, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor n = odds(x[0], t);
                                    Tensor ratio = t.keep(n.div(t.keep(n.add(2L))));
                                    return x[0].mul(ratio);
                                }))
                .gradient(
                        Saved.inputs(0),
                        Formulas.ofInput(
                                (x, t) -> {
                                    Tensor n = odds(x, t);
                                    Tensor below = t.keep(n.add(2L));
                                    Tensor tanh = t.keep(n.div(below));
                                    Tensor over =
                                            t.keep(t.keep(t.keep(n.add(1L)).mul(4L)).div(below));
                                    Tensor rest = t.keep(t.keep(over.div(below)).mul(x));
                                    return tanh.add(t.keep(rest.mul(t.keep(x.sigmoid()))));
                                }));
    }

    private static Tensor odds(Tensor x, Temporaries t) {
        Tensor e = t.keep(t.keep(x.clampMax(20L)).exp());
        return t.keep(e.mul(t.keep(e.add(2L))));
    }

    private static OperatorDefinition softplus() {
        return OperatorDefinition.of(Schemas.SOFTPLUS, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    SoftplusAttributes a = c.attributes(SoftplusAttributes.class);
                                    Tensor z = t.keep(x[0].mul(a.beta()));
                                    Tensor log = t.keep(t.keep(z.exp()).log1p());
                                    Tensor soft = t.keep(log.div(a.beta()));
                                    return Ops.where(t.keep(z.gt(a.threshold())), x[0], soft);
                                }))
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            SoftplusAttributes a = g.attributes(SoftplusAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor z = t.keep(t.wide(g.input(0)).mul(a.beta()));
                                Tensor one = t.keep(Ops.onesLike(z));
                                Tensor linear = t.keep(z.gt(a.threshold()));
                                Tensor slope = t.keep(Ops.where(linear, one, t.keep(z.sigmoid())));
                                g.set(0, g.grad().mul(slope));
                            }
                        });
    }

    private static OperatorDefinition softsign() {
        return OperatorDefinition.of(
                        Schemas.SOFTSIGN,
                        m -> {
                            Metas.NUMERIC.infer(m);
                            Metas.FLOATING.infer(m);
                        })
                .composite(Formulas.wide((c, x, t) -> x[0].div(t.keep(t.keep(x[0].abs()).add(1L)))))
                .gradient(
                        Saved.inputs(0),
                        Formulas.ofInput(
                                (x, t) ->
                                        t.keep(t.keep(t.keep(x.abs()).add(1L)).square())
                                                .reciprocal()));
    }

    private static OperatorDefinition logSigmoid() {
        return OperatorDefinition.of(Schemas.LOG_SIGMOID, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor e = t.keep(t.keep(t.keep(x[0].abs()).neg()).exp());
                                    Tensor low = t.keep(x[0].clampMax(0L));
                                    return low.sub(t.keep(e.log1p()));
                                }))
                .gradient(Saved.inputs(0), Formulas.ofInput((x, t) -> t.keep(x.neg()).sigmoid()));
    }

    private static OperatorDefinition glu() {
        return OperatorDefinition.of(Schemas.GLU, SmoothActivations::gluMeta)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = c.attributes(GluAttributes.class).dim();
                            long half = self.size(Metas.wrap(dim, self.dim())) / 2;
                            try (Temporaries t = new Temporaries()) {
                                Tensor values = t.wide(t.keep(self.narrow(dim, 0, half)));
                                Tensor gates = t.wide(t.keep(self.narrow(dim, half, half)));
                                Tensor product = values.mul(t.keep(gates.sigmoid()));
                                return product.dtype() == self.dtype()
                                        ? product
                                        : t.keep(product).to(self.dtype());
                            }
                        });
    }

    private static void gluMeta(MetaContext m) {
        Tensor self = m.input(0);
        DType dtype = Formulas.floating(m, self.dtype());
        if (self.dim() == 0) {
            throw m.error("argument 'self' has no dimensions; one of an even size is expected");
        }
        int dim = Metas.dim(m, m.attributes(GluAttributes.class).dim(), self.dim());
        long[] sizes = self.sizes().clone();
        if (sizes[dim] % 2 != 0) {
            throw m.error(
                    "dimension "
                            + dim
                            + " of 'self' with shape "
                            + Arrays.toString(sizes)
                            + " must have an even size, as it is halved");
        }
        sizes[dim] /= 2;
        m.compute(Metas.wide(dtype));
        m.output(dtype, sizes);
    }
}
