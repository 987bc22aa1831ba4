// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Losses between elements of two tensors that broadcast. */
@AutoService(OracleFamily.class)
public final class LossOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public LossOracles() {}

    private interface Loss {
        Approx of(Arguments arguments, Approx x, Approx y);
    }

    @Override
    public void register(Oracles.Table table) {
        add(table, "mse_loss", (a, x, y) -> x.minus(y).times(x.minus(y)));
        add(table, "l1_loss", (a, x, y) -> x.minus(y).abs());
        add(table, "smooth_l1_loss", LossOracles::smooth);
        add(table, "huber_loss", LossOracles::huber);
        add(table, "kl_div", LossOracles::divergence);
        add(table, "soft_margin_loss", (a, x, y) -> x.times(y).negated().softplus());
        table.add("binary_cross_entropy", Oracle.single(a -> binary(a, LossOracles::entropy)));
        table.add(
                "binary_cross_entropy_with_logits",
                Oracle.single(a -> binary(a, LossOracles::logits)));
    }

    private static void add(Oracles.Table table, String name, Loss loss) {
        table.add(name, Oracle.single(a -> pointwise(a, loss)));
    }

    private static Expected pointwise(Arguments arguments, Loss loss) {
        HostArray self = arguments.array("self");
        HostArray target = arguments.array("target");
        ElementType type =
                new Promotion()
                        .tensor(self.type(), self.rank())
                        .tensor(target.type(), target.rank())
                        .result();
        long[] shape = Shapes.broadcast(self.shape(), target.shape());
        double u = Rounded.unit(type);
        List<Approx> losses = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            double x = self.real(Shapes.broadcastLinear(at, self.shape()));
            double y = target.real(Shapes.broadcastLinear(at, target.shape()));
            losses.add(loss.of(arguments, Approx.of(x, u), Approx.of(y, u)));
        }
        return Approx.reduced(type, shape, losses, arguments.integer("reduction"));
    }

    private static Approx smooth(Arguments arguments, Approx x, Approx y) {
        double beta = arguments.real("beta");
        Approx z = x.minus(y).abs();
        return z.value() < beta ? z.times(z).times(0.5 / beta) : z.plus(-0.5 * beta);
    }

    private static Approx huber(Arguments arguments, Approx x, Approx y) {
        double delta = arguments.real("delta");
        Approx z = x.minus(y).abs();
        return z.value() <= delta ? z.times(z).times(0.5) : z.plus(-0.5 * delta).times(delta);
    }

    private static Approx divergence(Arguments arguments, Approx x, Approx t) {
        if (arguments.flag("log_target")) {
            return t.exp().times(t.minus(x));
        }
        Approx cross = t.times(x);
        return t.value() == 0 ? cross.negated() : t.times(t.log()).minus(cross);
    }

    private static Expected binary(Arguments arguments, Loss loss) {
        HostArray self = arguments.array("self");
        HostArray weight = arguments.optionalArray("weight");
        ElementType type = self.type();
        double u = Rounded.unit(type);
        HostArray positive = arguments.optionalArray("pos_weight");
        long[] shape = self.shape();
        if (weight != null) {
            shape = Shapes.broadcast(shape, weight.shape());
        }
        if (positive != null) {
            shape = Shapes.broadcast(shape, positive.shape());
        }
        List<Approx> losses = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            int from = Shapes.broadcastLinear(at, self.shape());
            Approx x = Approx.of(self.real(from), u);
            Approx y = Approx.of(arguments.array("target").real(from), u);
            Approx result =
                    positive == null
                            ? loss.of(arguments, x, y)
                            : logits(
                                    x,
                                    y,
                                    positive.real(Shapes.broadcastLinear(at, positive.shape())));
            if (weight != null) {
                result = result.times(weight.real(Shapes.broadcastLinear(at, weight.shape())));
            }
            losses.add(result);
        }
        return Approx.reduced(type, shape, losses, arguments.integer("reduction"));
    }

    private static Approx entropy(Arguments arguments, Approx x, Approx t) {
        Approx first = t.times(x.log().max(-100));
        Approx rest = Approx.of(1, x.u()).minus(t);
        Approx second = rest.times(Approx.of(1, x.u()).minus(x).log().max(-100));
        return first.plus(second).negated();
    }

    private static Approx logits(Arguments arguments, Approx x, Approx t) {
        return logits(x, t, 1);
    }

    private static Approx logits(Approx x, Approx t, double positive) {
        Approx linear = Approx.of(1, x.u()).minus(t).times(x);
        Approx weight = t.times(Approx.of(positive, x.u()).plus(-1)).plus(1);
        return linear.plus(weight.times(x.negated().softplus()));
    }
}
