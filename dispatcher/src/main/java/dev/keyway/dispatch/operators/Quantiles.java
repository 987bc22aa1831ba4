// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.NanquantileAttributes;
import dev.keyway.attributes.NanquantileScalarAttributes;
import dev.keyway.attributes.QuantileAttributes;
import dev.keyway.attributes.QuantileScalarAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.results.SortResult;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles: the rank {@code q (n - 1)} among the sorted elements, in the input's dtype, and
 * between two ranks what {@code interpolation} says. A line with a NaN has the quantile NaN, unless
 * NaN are passed over.
 */
@AutoService(OperatorFamily.class)
public final class Quantiles implements OperatorFamily {
    private static final List<String> MODES =
            List.of("linear", "lower", "higher", "midpoint", "nearest");

    /**
     * What a call asks for.
     *
     * @param q the one quantile, null where they are a tensor
     */
    record Asked(@Nullable Double q, @Nullable Long dim, boolean keepDim, String mode) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                quantile(
                        Schemas.QUANTILE,
                        false,
                        a -> {
                            QuantileAttributes g = (QuantileAttributes) a;
                            return new Asked(null, g.dim(), g.keepdim(), g.interpolation());
                        }),
                quantile(
                        Schemas.NANQUANTILE,
                        true,
                        a -> {
                            NanquantileAttributes g = (NanquantileAttributes) a;
                            return new Asked(null, g.dim(), g.keepdim(), g.interpolation());
                        }),
                quantile(
                        Schemas.QUANTILE_SCALAR,
                        false,
                        a -> {
                            QuantileScalarAttributes g = (QuantileScalarAttributes) a;
                            return new Asked(g.q(), g.dim(), g.keepdim(), g.interpolation());
                        }),
                quantile(
                        Schemas.NANQUANTILE_SCALAR,
                        true,
                        a -> {
                            NanquantileScalarAttributes g = (NanquantileScalarAttributes) a;
                            return new Asked(g.q(), g.dim(), g.keepdim(), g.interpolation());
                        }));
    }

    private static void meta(MetaContext m, Asked asked) {
        Tensor self = m.input(0);
        DType dtype = self.dtype();
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw m.error("argument 'self' is " + dtype + ", expected f32 or f64; use to(dtype)");
        }
        if (!MODES.contains(asked.mode)) {
            throw m.error(
                    "argument 'interpolation' is '" + asked.mode + "', expected one of " + MODES);
        }
        if (self.numel() == 0) {
            throw m.error("no elements in shape " + Arrays.toString(self.sizes()));
        }
        long[] front = ranks(m, asked, dtype);
        boolean[] named = new boolean[self.dim()];
        Long dim = asked.dim;
        if (dim == null) {
            Arrays.fill(named, true);
        } else if (named.length > 0) {
            named[Metas.dim(m, dim, named.length)] = true;
        }
        long[] rest = Metas.reduced(self.sizes(), named, asked.keepDim);
        long[] sizes = Arrays.copyOf(front, front.length + rest.length);
        System.arraycopy(rest, 0, sizes, front.length, rest.length);
        m.compute(dtype);
        m.output(dtype, sizes);
    }

    /** The result's first dimension, where the quantiles are a vector. */
    private static long[] ranks(MetaContext m, Asked asked, DType dtype) {
        Double q = asked.q;
        if (q != null) {
            if (!(q >= 0 && q <= 1)) {
                throw m.error("argument 'q' is " + q + ", expected from 0 to 1");
            }
            return new long[0];
        }
        Tensor given = m.input(1);
        if (given.dim() > 1 || given.dtype() != dtype) {
            throw m.error(
                    "argument 'q' is "
                            + given.dtype()
                            + Arrays.toString(given.sizes())
                            + ", expected a number or vector of "
                            + dtype);
        }
        return given.sizes();
    }

    private static OperatorDefinition quantile(
            OperatorSchema schema, boolean ignoreNan, Function<Attributes, Asked> asked) {
        return OperatorDefinition.of(schema, m -> meta(m, asked.apply(m.attributes())))
                .compositeSingle(
                        (c, inputs) -> {
                            Asked given = asked.apply(c.attributes());
                            Tensor self = Inputs.get(inputs, 0);
                            Double number = given.q;
                            Tensor q =
                                    number == null
                                            ? Inputs.get(inputs, 1).reshape(-1)
                                            : c.fill(c.empty(self.dtype(), 1), Scalar.of(number));
                            try (q;
                                    Tensor lines = lines(self, given.dim);
                                    Tensor picked = pick(lines, q, given.mode, ignoreNan)) {
                                return picked.reshape(c.outputSizes(0));
                            }
                        });
    }

    /** Each line along the dimension as a row of a matrix. */
    private static Tensor lines(Tensor self, @Nullable Long along) {
        if (along == null || self.dim() == 0) {
            return self.reshape(1, self.numel());
        }
        int dim = Metas.wrap(along, self.dim());
        long[] order = new long[self.dim()];
        for (int d = 0, at = 0; d < order.length; d++) {
            if (d != dim) {
                order[at++] = d;
            }
        }
        order[order.length - 1] = dim;
        try (Tensor moved = self.permute(order)) {
            return moved.reshape(-1, self.size(dim));
        }
    }

    /** A row of results for each quantile. */
    private static Tensor pick(Tensor lines, Tensor q, String mode, boolean ignoreNan) {
        SortResult sorted = lines.sort(1, false);
        try (Tensor values = sorted.values();
                Tensor indices = sorted.indices();
                Tensor ranks = ranks(lines, q, ignoreNan);
                Tensor places = rounded(ranks, mode);
                Tensor below = places.to(DType.I64);
                Tensor low = values.gather(1, below)) {
            if (!mode.equals("linear") && !mode.equals("midpoint")) {
                return low.t();
            }
            try (Tensor up = ranks.ceil();
                    Tensor above = up.to(DType.I64);
                    Tensor high = values.gather(1, above);
                    Tensor weight = weight(ranks, below, mode);
                    Tensor between = between(low, high, weight)) {
                return between.t();
            }
        }
    }

    private static Tensor ranks(Tensor lines, Tensor q, boolean ignoreNan) {
        long last = lines.size(1) - 1;
        try (Tensor number = lines.eq(lines);
                Tensor count = number.sum(new long[] {1}, true);
                Tensor row = q.unsqueeze(0)) {
            if (ignoreNan) {
                try (Tensor less = count.sub(1L);
                        Tensor some = less.clamp(Scalar.ZERO, null);
                        Tensor top = some.to(q.dtype())) {
                    return row.mul(top);
                }
            }
            try (Tensor whole = count.eq(last + 1);
                    Tensor ranks = row.mul(last);
                    Tensor end = Ops.fullLike(ranks, Scalar.of(last))) {
                return Ops.where(whole, ranks, end);
            }
        }
    }

    private static Tensor rounded(Tensor ranks, String mode) {
        return switch (mode) {
            case "higher" -> ranks.ceil();
            case "nearest" -> ranks.round();
            default -> ranks.floor();
        };
    }

    private static Tensor weight(Tensor ranks, Tensor below, String mode) {
        if (mode.equals("midpoint")) {
            return Ops.fullLike(ranks, Scalar.of(0.5));
        }
        try (Tensor whole = below.to(ranks.dtype())) {
            return ranks.sub(whole);
        }
    }

    /** From the nearer of the two ends. */
    private static Tensor between(Tensor low, Tensor high, Tensor weight) {
        try (Tensor distance = high.sub(low);
                Tensor step = distance.mul(weight);
                Tensor fromLow = low.add(step);
                Tensor back = weight.neg();
                Tensor rest = back.add(1L);
                Tensor stepBack = distance.mul(rest);
                Tensor fromHigh = high.sub(stepBack);
                Tensor near = weight.lt(0.5)) {
            return Ops.where(near, fromLow, fromHigh);
        }
    }
}
