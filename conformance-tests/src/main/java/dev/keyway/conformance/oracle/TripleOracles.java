// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

/** Weighted sums of up to three tensors, and bounds from both sides. */
@AutoService(OracleFamily.class)
public final class TripleOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public TripleOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("lerp.Scalar", Oracle.single(TripleOracles::lerp));
        table.add("lerp.Tensor", Oracle.single(TripleOracles::lerp));
        table.add("addcmul", Oracle.single(TripleOracles::addcmul));
        table.add("addcdiv", Oracle.single(TripleOracles::addcdiv));
        table.add("clamp.Tensor", Oracle.single(a -> clamp(a, "min", "max")));
        table.add("clamp_min", Oracle.single(a -> clamp(a, "min", null)));
        table.add("clamp_min.Tensor", Oracle.single(a -> clamp(a, "min", null)));
        table.add("clamp_max", Oracle.single(a -> clamp(a, null, "max")));
        table.add("clamp_max.Tensor", Oracle.single(a -> clamp(a, null, "max")));
    }

    /** A function of three reals. */
    @FunctionalInterface
    private interface Real {
        double of(double a, double b, double c);
    }

    /** A function of three integers. */
    @FunctionalInterface
    private interface Whole {
        long of(long a, long b, long c);
    }

    private static long[] shape(HostArray a, HostArray b, HostArray c) {
        return Shapes.broadcast(Shapes.broadcast(a.shape(), b.shape()), c.shape());
    }

    private static int at(HostArray array, int i, long[] shape) {
        return Shapes.broadcastLinear(Shapes.coordinates(i, shape), array.shape());
    }

    private static Expected reals(
            ElementType type, HostArray a, HostArray b, HostArray c, Real value, Real bound) {
        long[] shape = shape(a, b, c);
        HostArray x = a.cast(type);
        HostArray y = b.cast(type);
        HostArray z = c.cast(type);
        return Expected.within(
                type,
                shape,
                i ->
                        value.of(
                                x.real(at(x, i, shape)),
                                y.real(at(y, i, shape)),
                                z.real(at(z, i, shape))),
                i ->
                        bound.of(
                                x.real(at(x, i, shape)),
                                y.real(at(y, i, shape)),
                                z.real(at(z, i, shape))));
    }

    private static Expected integers(
            ElementType type, HostArray a, HostArray b, HostArray c, Whole value) {
        long[] shape = shape(a, b, c);
        HostArray x = a.cast(type);
        HostArray y = b.cast(type);
        HostArray z = c.cast(type);
        return Expected.exactly(
                HostArray.ofIntegers(
                        type,
                        shape,
                        i ->
                                value.of(
                                        x.integer(at(x, i, shape)),
                                        y.integer(at(y, i, shape)),
                                        z.integer(at(z, i, shape)))));
    }

    /** {@code self + weight (end - self)} from either end: each step rounds what it computes. */
    private static Expected lerp(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = self.type();
        Object weight = arguments.scalar("weight");
        HostArray weights =
                weight instanceof HostArray array
                        ? array
                        : Arguments.asArray(weight, ElementType.F64);
        double roundoff = type.computeType().unitRoundoff();
        HostArray end = arguments.array("end");
        long[] shape = shape(self, end, weights);
        return Expected.within(
                type,
                shape,
                i -> {
                    double a = self.real(at(self, i, shape));
                    double b = end.real(at(end, i, shape));
                    double w = weights.real(at(weights, i, shape));
                    // Each end is exact; where one is infinite the form matters.
                    return Math.abs(w) < 0.5 ? a + w * (b - a) : b - (b - a) * (1 - w);
                },
                i -> {
                    double a = self.real(at(self, i, shape));
                    double b = end.real(at(end, i, shape));
                    double w = weights.real(at(weights, i, shape));
                    double steps = Math.abs(a) + Math.abs(b) + Math.abs(b - a) * (1 + Math.abs(w));
                    return type.error(a + w * (b - a), 1) + 4 * roundoff * steps;
                });
    }

    private static ElementType common(HostArray a, HostArray b, HostArray c) {
        return new Promotion().tensor(a).tensor(b).tensor(c).result();
    }

    private static Expected addcmul(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray one = arguments.array("tensor1");
        HostArray two = arguments.array("tensor2");
        ElementType type = common(self, one, two);
        double roundoff = type.isFloating() ? type.computeType().unitRoundoff() : 0;
        if (!type.isFloating()) {
            long factor = arguments.integer("value");
            return integers(type, self, one, two, (a, b, c) -> a + factor * b * c);
        }
        double value = arguments.real("value");
        return reals(
                type,
                self,
                one,
                two,
                (a, b, c) -> a + value * b * c,
                (a, b, c) ->
                        type.error(a + value * b * c, 1) + 4 * roundoff * Math.abs(value * b * c));
    }

    private static Expected addcdiv(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray one = arguments.array("tensor1");
        HostArray two = arguments.array("tensor2");
        ElementType type = common(self, one, two);
        double value = arguments.real("value");
        double roundoff = type.computeType().unitRoundoff();
        return reals(
                type,
                self,
                one,
                two,
                (a, b, c) -> a + value * b / c,
                (a, b, c) ->
                        type.error(a + value * b / c, 1) + 4 * roundoff * Math.abs(value * b / c));
    }

    /** {@code min(max(self, min), max)}; what is absent does not bound. */
    private static Expected clamp(
            Arguments arguments, @Nullable String minName, @Nullable String maxName) {
        HostArray self = arguments.array("self");
        Promotion promotion = new Promotion().tensor(self);
        Object min = minName == null ? null : arguments.get(minName);
        Object max = maxName == null ? null : arguments.get(maxName);
        for (Object bound : new @Nullable Object[] {min, max}) {
            if (bound instanceof HostArray array) {
                promotion.tensor(array);
            } else if (bound != null) {
                promotion.number(bound);
            }
        }
        ElementType type = promotion.result();
        HostArray low = min == null ? self : array(min, type);
        HostArray high = max == null ? self : array(max, type);
        boolean below = min != null;
        boolean above = max != null;
        return type.isFloating()
                ? reals(
                        type,
                        self,
                        low,
                        high,
                        (a, b, c) -> {
                            double raised = below ? Math.max(a, b) : a;
                            return above ? Math.min(raised, c) : raised;
                        },
                        (a, b, c) -> 0)
                : integers(
                        type,
                        self,
                        low,
                        high,
                        (a, b, c) -> {
                            long raised = below ? Math.max(a, b) : a;
                            return above ? Math.min(raised, c) : raised;
                        });
    }

    private static HostArray array(Object bound, ElementType type) {
        return bound instanceof HostArray array ? array : Arguments.asArray(bound, type);
    }
}
