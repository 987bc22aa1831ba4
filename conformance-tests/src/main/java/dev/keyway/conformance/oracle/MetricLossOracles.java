// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cosine similarity, and losses that order or separate. */
@AutoService(OracleFamily.class)
public final class MetricLossOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public MetricLossOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("cosine_similarity", Oracle.single(MetricLossOracles::similarity));
        table.add("cosine_embedding_loss", Oracle.single(MetricLossOracles::cosineEmbedding));
        table.add("margin_ranking_loss", Oracle.single(MetricLossOracles::ranking));
        table.add("hinge_embedding_loss", Oracle.single(MetricLossOracles::hinge));
        table.add("triplet_margin_loss", Oracle.single(MetricLossOracles::triplet));
    }

    private static Approx at(HostArray array, long[] coordinates, double u) {
        return Approx.of(array.real(Shapes.broadcastLinear(coordinates, array.shape())), u);
    }

    private static Expected similarity(Arguments arguments) {
        HostArray x = arguments.array("x1");
        HostArray y = arguments.array("x2");
        ElementType type = x.type();
        double u = Rounded.unit(type);
        long[] shape = Shapes.broadcast(x.shape(), y.shape());
        Groups groups =
                Groups.along(
                        shape, Shapes.dimension(arguments.integer("dim"), shape.length), false);
        List<Approx> results = new ArrayList<>();
        for (int g = 0; g < groups.count(); g++) {
            List<Approx> products = new ArrayList<>();
            List<Approx> left = new ArrayList<>();
            List<Approx> right = new ArrayList<>();
            for (int member : groups.members(g)) {
                long[] place = Shapes.coordinates(member, shape);
                Approx a = at(x, place, u);
                Approx b = at(y, place, u);
                products.add(a.times(b));
                left.add(a.times(a));
                right.add(b.times(b));
            }
            double eps = arguments.real("eps");
            // Dividing the vectors first rounds each term once more.
            Approx dot = Approx.sum(products, u);
            Approx loose =
                    new Approx(
                            dot.value(),
                            dot.error()
                                    + 6
                                            * u
                                            * products.stream()
                                                    .mapToDouble(p -> Math.abs(p.value()))
                                                    .sum(),
                            u);
            results.add(
                    loose.over(Approx.sum(left, u).sqrt().max(eps))
                            .over(Approx.sum(right, u).sqrt().max(eps)));
        }
        return Approx.expected(type, groups.shape(), results);
    }

    private static Expected cosineEmbedding(Arguments arguments) {
        HostArray x = arguments.array("input1");
        HostArray y = arguments.array("input2");
        HostArray target = arguments.array("target");
        double u = Rounded.unit(x.type());
        int width = x.size(x.rank() - 1);
        List<Approx> losses = new ArrayList<>();
        for (int row = 0; row < target.numel(); row++) {
            List<Approx> products = new ArrayList<>();
            List<Approx> left = new ArrayList<>();
            List<Approx> right = new ArrayList<>();
            for (int i = row * width; i < (row + 1) * width; i++) {
                Approx a = Approx.of(x.real(i), u);
                Approx b = Approx.of(y.real(i), u);
                products.add(a.times(b));
                left.add(a.times(a));
                right.add(b.times(b));
            }
            Approx both = Approx.sum(left, u).plus(1e-12).times(Approx.sum(right, u).plus(1e-12));
            Approx cos = Approx.sum(products, u).over(both.sqrt());
            double sign = target.real(row);
            losses.add(
                    sign == 1
                            ? cos.negated().plus(1)
                            : sign == -1
                                    ? cos.plus(-arguments.real("margin")).max(0)
                                    : Approx.of(0, u));
        }
        return Approx.reduced(x.type(), target.shape(), losses, arguments.integer("reduction"));
    }

    private static Expected ranking(Arguments arguments) {
        HostArray x = arguments.array("input1");
        HostArray y = arguments.array("input2");
        HostArray target = arguments.array("target");
        double u = Rounded.unit(x.type());
        long[] shape = Shapes.broadcast(Shapes.broadcast(x.shape(), y.shape()), target.shape());
        List<Approx> losses = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] place = Shapes.coordinates(i, shape);
            Approx ordered = at(x, place, u).minus(at(y, place, u)).times(at(target, place, u));
            losses.add(ordered.negated().plus(arguments.real("margin")).max(0));
        }
        return Approx.reduced(x.type(), shape, losses, arguments.integer("reduction"));
    }

    private static Expected hinge(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray target = arguments.array("target");
        double u = Rounded.unit(self.type());
        long[] shape = Shapes.broadcast(self.shape(), target.shape());
        List<Approx> losses = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] place = Shapes.coordinates(i, shape);
            Approx x = at(self, place, u);
            double sign = at(target, place, u).value();
            Approx far = x.negated().plus(arguments.real("margin")).max(0);
            Approx first = sign == 1 ? Approx.of(0, u) : far;
            Approx second = sign == -1 ? Approx.of(0, u) : x;
            losses.add(first.plus(second));
        }
        return Approx.reduced(self.type(), shape, losses, arguments.integer("reduction"));
    }

    private static Expected triplet(Arguments arguments) {
        HostArray anchor = arguments.array("anchor");
        HostArray positive = arguments.array("positive");
        HostArray negative = arguments.array("negative");
        double u = Rounded.unit(anchor.type());
        long[] shape = Arrays.copyOf(anchor.shape(), anchor.rank() - 1);
        List<Approx> losses = new ArrayList<>();
        for (int row = 0; row < Shapes.numel(shape); row++) {
            Approx near = distance(arguments, anchor, positive, row, u);
            Approx far = distance(arguments, anchor, negative, row, u);
            if (arguments.flag("swap")) {
                Approx other = distance(arguments, positive, negative, row, u);
                far = other.value() < far.value() ? other : far;
            }
            losses.add(near.minus(far).plus(arguments.real("margin")).max(0));
        }
        return Approx.reduced(anchor.type(), shape, losses, arguments.integer("reduction"));
    }

    private static Approx distance(
            Arguments arguments, HostArray x, HostArray y, int row, double u) {
        int width = x.size(x.rank() - 1);
        double p = arguments.real("p");
        List<Approx> terms = new ArrayList<>();
        for (int i = row * width; i < (row + 1) * width; i++) {
            Approx difference =
                    Approx.of(x.real(i), u)
                            .minus(Approx.of(y.real(i), u))
                            .plus(arguments.real("eps"));
            terms.add(difference.abs().pow(p));
        }
        return Approx.sum(terms, u).pow(1 / p);
    }
}
